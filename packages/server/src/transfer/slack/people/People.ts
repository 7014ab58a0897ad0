import { callsEverybody, handleFrom } from "@clickclack/identity/account/handleFrom";
import { readDisplayName } from "@clickclack/identity/account/displayName";
import { normalizeEmail } from "@clickclack/identity/Accounts";
import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";
import { isEmail } from "../../importing/checkLines.ts";
import { TransferRefused } from "../../TransferRefused.ts";
import { isTrueAt, secondsAt, textAt } from "../archive/fields.ts";
import type { SlackIds } from "../log/SlackIds.ts";
import type { Sender } from "./senderOf.ts";

/** Accounts that one export may make; each costs memory in every server. */
const MAX_PEOPLE = 50_000;
/** What leaves room for a number in a handle of 32. */
const HANDLE_BASE = 25;
const MAX_NAME = 80;

/** Somebody who takes part in an exported workspace. */
export interface Person {
  /** As Slack calls them. */
  readonly key: string;
  /** The id of the account. */
  readonly id: string;
  readonly kind: "human" | "bot";
  readonly name: string;
  /** What the account is to be called; another one may be called so here. */
  readonly handle: string;
  readonly email?: string;
  readonly role: Exclude<Role, "owner">;
  readonly isPrimaryOwner: boolean;
  readonly active: boolean;
  /** When it changed last, if it is not active; 0 if that is not told. */
  readonly endedAt: number;
}

/** The people and programs of an export. */
export class People {
  readonly #ids: SlackIds;
  readonly #people = new Map<string, Person>();
  readonly #handles = new Set<string>();
  readonly #numbers = new Map<string, number>();
  readonly #emails = new Set<string>();

  constructor(ids: SlackIds) {
    this.#ids = ids;
  }

  get size(): number {
    return this.#people.size;
  }

  [Symbol.iterator](): Iterator<Person> {
    return this.#people.values();
  }

  readonly find = (key: string): Person | undefined => this.#people.get(key);
  readonly has = (key: string): boolean => this.#people.has(key);

  /** Takes an entry of users.json. Throws TransferRefused. */
  addUser(user: unknown, position: number): void {
    const key = textAt(user, "id");
    if (key === "") throw new TransferRefused(`users.json: entry ${position} has no id`);
    if (this.has(key)) throw new TransferRefused(`users.json: entry ${position} has an id that is taken`);
    const kind = isTrueAt(user, "is_bot") || key === "USLACKBOT" ? "bot" : "human";
    const active = !isTrueAt(user, "deleted");
    const email = kind === "human" ? this.#email(textAt(user, "profile", "email")) : undefined;
    this.#add({
      key,
      kind,
      name: nameOf(user),
      wanted: textAt(user, "name") || textAt(user, "profile", "display_name"),
      role: roleOf(user, kind),
      isPrimaryOwner: kind === "human" && isTrueAt(user, "is_primary_owner"),
      active,
      endedAt: active ? 0 : secondsAt(user, "updated"),
      ...(email !== undefined && { email }),
    });
  }

  /** Takes somebody who wrote and stands in no list. Throws TransferRefused. */
  addSender({ key, kind, name }: Sender): void {
    if (this.has(key)) return;
    const role = kind === "bot" ? "bot" : "member";
    const wanted = name;
    this.#add({ key, kind, name, wanted, role, isPrimaryOwner: false, active: true, endedAt: 0 });
  }

  #add({ wanted, ...person }: Omit<Person, "id" | "handle"> & { readonly wanted: string }): void {
    if (this.size >= MAX_PEOPLE)
      throw new TransferRefused(`the export has more than ${MAX_PEOPLE} people and programs`);
    const id = this.#ids.of("usr", 0, person.key);
    const handle = this.#handle(handleFrom(wanted || person.name));
    const name = readable(person.name) ?? readable(wanted) ?? handle;
    this.#people.set(person.key, { ...person, id, handle, name });
  }

  /** Two people of one export never share a handle. */
  #handle(wanted: string): string {
    let handle = wanted;
    let n = this.#numbers.get(wanted) ?? 1;
    while (callsEverybody(handle) || this.#handles.has(handle))
      handle = `${wanted.slice(0, HANDLE_BASE)}-${++n}`;
    this.#numbers.set(wanted, n);
    this.#handles.add(handle);
    return handle;
  }

  /** Nor do they share an email, by which one is found. */
  #email(text: string): string | undefined {
    const email = normalizeEmail(text);
    if (!isEmail(email) || this.#emails.has(email)) return undefined;
    this.#emails.add(email);
    return email;
  }
}

const nameOf = (user: unknown): string =>
  textAt(user, "real_name").trim() ||
  textAt(user, "profile", "real_name").trim() ||
  textAt(user, "profile", "display_name").trim() ||
  textAt(user, "name");

const roleOf = (user: unknown, kind: Person["kind"]): Person["role"] => {
  if (kind === "bot") return "bot";
  if (isTrueAt(user, "is_restricted") || isTrueAt(user, "is_ultra_restricted")) return "guest";
  return isTrueAt(user, "is_admin") || isTrueAt(user, "is_owner") ? "moderator" : "member";
};

/** A name as it may be here; undefined where nothing of it can be seen. */
const readable = (text: string): string | undefined => {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  try {
    return readDisplayName(Array.from(line).slice(0, MAX_NAME).join(""));
  } catch {
    return undefined;
  }
};
