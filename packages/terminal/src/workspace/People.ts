import type { User } from "@clickclack/protocol/http/shapes";
import { safeName } from "../safeText.ts";
import type { Remote } from "./Remote.ts";

/** Names that are kept: more people than a person reads in a day, and under a megabyte. */
const MAX_NAMES = 5_000;
/** Members that a search for a handle looks through: it is a part of few others. */
const SEARCHED = 200;

/** Who is who, and who is there. */
export class People {
  readonly #remote: Remote;
  readonly #workspaceId: string;
  readonly #names = new Map<string, string>();
  #online: Set<string> = new Set();

  constructor(remote: Remote, workspaceId: string) {
    this.#remote = remote;
    this.#workspaceId = workspaceId;
  }

  /** Takes notice of somebody; returns the handle as it may be shown. */
  see({ id, handle }: Pick<User, "id" | "handle">): string {
    const name = safeName(handle);
    this.#names.delete(id);
    this.#names.set(id, name);
    if (this.#names.size > MAX_NAMES) this.#names.delete(this.#names.keys().next().value!);
    return name;
  }

  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }

  isOnline(id: string): boolean {
    return this.#online.has(id);
  }

  /** Returns whether that is news. */
  setOnline(id: string, online: boolean): boolean {
    if (this.#online.has(id) === online) return false;
    if (online) this.#online.add(id);
    else this.#online.delete(id);
    return true;
  }

  async loadPresence(): Promise<void> {
    const params = { workspace_id: this.#workspaceId };
    const { presence } = await this.#remote.keep((api) => api.listPresence({ params }), true);
    this.#online = new Set(presence.map(({ user_id }) => user_id));
  }

  /** A member by handle, with or without `@`. */
  async find(typed: string): Promise<User | undefined> {
    const handle = typed.replace(/^@/, "").toLowerCase();
    if (handle === "") return undefined;
    const request = { params: { workspace_id: this.#workspaceId }, query: { q: handle, limit: SEARCHED } };
    const { members } = await this.#remote.keep((api) => api.listMembers(request));
    const found = members.find(({ user }) => user.handle.toLowerCase() === handle)?.user;
    if (found) this.see(found);
    return found;
  }

  /** Handles of those who are there, of whom the names are known or can be found out. */
  async online(): Promise<ReadonlyArray<string>> {
    await this.loadPresence();
    const unknown = [...this.#online].some((id) => !this.#names.has(id));
    if (unknown) await this.#loadMembers();
    return [...this.#online].flatMap((id) => this.#names.get(id) ?? []).toSorted();
  }

  async #loadMembers(): Promise<void> {
    let cursor: string | null | undefined;
    let seen = 0;
    do {
      const query = { limit: SEARCHED, ...(cursor && { cursor }) };
      const request = { params: { workspace_id: this.#workspaceId }, query };
      const page = await this.#remote.keep((api) => api.listMembers(request), true);
      for (const { user } of page.members) this.see(user);
      seen += page.members.length;
      cursor = page.has_more ? page.next_cursor : undefined;
    } while (cursor && seen < MAX_NAMES);
  }
}
