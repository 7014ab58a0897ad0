import { readHandle } from "@clickclack/identity/account/handleFrom";
import type { AccountState } from "@clickclack/identity/account/Account";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import type { Caller } from "../../authentication/Caller.ts";
import { foldName } from "../../rooms/nick.ts";
import { nameTaken } from "./GuestNames.ts";
import { openResume, type ResumePoint } from "./Resume.ts";
import type { TerminalParts } from "./TerminalParts.ts";
import { requireUsername } from "./requireUsername.ts";
import { TerminalRefusal } from "./TerminalRefusal.ts";

/** A guest acts for nobody before it has an account. */
const VISITOR = { user_id: "visitor" };

/** What a connection says of itself. */
export interface Hello {
  readonly sessionId: string;
  readonly username: string | undefined;
  readonly resume: string | undefined;
  readonly caller: Caller | undefined;
}

/** Whoever came: by an account that was signed in to, or as a guest who holds a name now. */
export interface Newcomer {
  readonly caller: Caller;
  readonly visit: string;
  readonly username: string;
  /** The name that a guest holds while connected. */
  readonly guestName: string | undefined;
  /** What was taken up again. */
  readonly restored: ResumePoint | undefined;
}

/** Finds out who comes. Throws TerminalRefusal, ApiFailure or StoreUnavailable. */
export const whoComes = async (parts: TerminalParts, hello: Hello): Promise<Newcomer> => {
  const point =
    hello.resume === undefined ? undefined : openResume(parts.context.services.secrets, hello.resume);
  if (hello.caller) return registered(hello, hello.caller, point);
  if (!parts.settings.guests())
    throw new TerminalRefusal(
      "token_needed",
      "this server takes no guests; come with a token of your account",
    );
  return (await restoredGuest(parts, hello, point)) ?? freshGuest(parts, hello);
};

const registered = ({ username }: Hello, caller: Caller, point: ResumePoint | undefined): Newcomer => {
  const { account } = caller;
  if (account.kind === "bot")
    throw new TerminalRefusal("not_allowed", "bots use the API; the terminal is for people");
  const names = [account.handle, account.displayName, account.formerHandle ?? ""].map(foldName);
  if (username !== undefined && username !== "" && !names.includes(foldName(username)))
    throw new TerminalRefusal("bad_username", `this token belongs to ${account.handle}, not to ${username}`);
  const restored = point?.userId === account.id ? point : undefined;
  return {
    caller,
    visit: restored?.visit ?? newId("ses"),
    username: account.handle,
    guestName: undefined,
    restored,
  };
};

/** A guest whose connection was lost, and whose name nobody else took since; it need not say again how it is called. */
const restoredGuest = async (
  parts: TerminalParts,
  { sessionId, username = "" }: Hello,
  point: ResumePoint | undefined,
): Promise<Newcomer | undefined> => {
  if (!point || (await parts.guests.visitOf(point.userId)) !== point.visit) return undefined;
  const account = await parts.context.services.directory.findCurrent(point.userId);
  if (!account || !isGuests(account)) return undefined;
  const handle = readHandle(username);
  // A client that never heard of its new name comes by the old one.
  if (username !== "" && account.handle !== handle && account.formerHandle !== handle) return undefined;
  await parts.guests.take(account.handle, sessionId, true);
  parts.signals.publish("terminal", { userId: account.id, sessionId });
  return {
    caller: { account },
    visit: point.visit,
    username: account.displayName,
    guestName: account.handle,
    restored: point,
  };
};

const freshGuest = async (parts: TerminalParts, { sessionId, username = "" }: Hello): Promise<Newcomer> => {
  const handle = requireUsername(username);
  const { guests, context } = parts;
  const holder = (await context.services.reservations.find("handle", handle))?.holder;
  const known = holder === undefined ? undefined : await ownGuest(parts, holder, username);
  await guests.take(username, sessionId, false);
  try {
    const account = known ?? (await createGuest(parts, username, handle));
    const visit = await guests.beginVisit(account.id);
    return { caller: { account }, visit, username, guestName: handle, restored: undefined };
  } catch (error) {
    await guests.release(handle, sessionId);
    throw error;
  }
};

/** Nobody can sign in to a guest's account. */
export const isGuests = (account: AccountState): boolean =>
  account.active &&
  account.email === undefined &&
  account.password === undefined &&
  account.credentials.size === 0 &&
  account.identities.length === 0;

/** The account of a guest who was here before by this name. Throws for everybody else's. */
const ownGuest = async (
  { context, guests }: TerminalParts,
  accountId: string,
  username: string,
): Promise<AccountState | undefined> => {
  const { directory } = context.services;
  const account = await directory.findCurrent(accountId);
  if (account && !isGuests(account) && account.active)
    throw new TerminalRefusal(
      "token_needed",
      `the name ${username} is registered; come with a token of that account, or choose another name`,
    );
  const visit = await guests.visitOf(accountId);
  // Somebody may be creating the account at this very moment, or be called so elsewhere.
  if (!account || visit === undefined || foldName(username) !== account.handle) throw nameTaken(username);
  return account;
};

const createGuest = async (
  { context }: TerminalParts,
  username: string,
  handle: string,
): Promise<AccountState> => {
  const { accounts, directory } = context.services;
  try {
    const id = await accounts.create({ kind: "human", displayName: username, handle }, VISITOR);
    return (await directory.findCurrent(id))!;
  } catch (error) {
    if (error instanceof ApiFailure && error.code === "name_taken") throw nameTaken(username);
    throw error;
  }
};
