import { readHandle } from "@clickclack/identity/account/handleFrom";
import { normalizeEmail } from "@clickclack/identity/Accounts";
import { type PersonalEvent, PersonalEventSchema } from "@clickclack/protocol/events/PersonalEvents";
import { isSafeLink } from "@clickclack/protocol/safeLink";
import { isId } from "@clickclack/protocol/Ids";
import { upcastPersonalEvent } from "@clickclack/workspace/personal/Personal";
import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { AccountLine, FileLine } from "../format/ExportFormat.ts";
import type { Line } from "../format/readLines.ts";
import { TransferRefused } from "../TransferRefused.ts";
import { plainProblem } from "./plainProblem.ts";

const STRICT = { onExcessProperty: "error" } as const;
const accountOf = Schema.decodeUnknownResult(AccountLine, STRICT);
const fileOf = Schema.decodeUnknownResult(FileLine, STRICT);
const personalOf = Schema.decodeUnknownResult(PersonalEventSchema, STRICT);

const MAX_EMAIL = 254;
const MAX_NAME = 255;
const SCOPES = ["chn", "dm", "msg", "wsp"] as const;

/** A line of accounts.jsonl. Throws TransferRefused where it is none. */
export const accountIn = (line: Line): AccountLine => {
  const account = decoded(line, accountOf(line.value));
  const { id, handle, email, avatar_url: avatar, owner_user_id: owner } = account;
  if (!isId("usr", id)) throw bad(line, "its id is none of an account");
  if (readHandle(handle) !== handle) throw bad(line, "its handle is none");
  if (account.display_name.length > MAX_NAME) throw bad(line, "its name is too long");
  if (email !== undefined && !isEmail(email)) throw bad(line, "its email is none");
  if (owner !== undefined && !isId("usr", owner)) throw bad(line, "its owner is none");
  if (!isSafeLink(avatar, { paths: true })) throw bad(line, "its picture has no address of the web");
  return account;
};

/** A line of files.jsonl: its id becomes part of a path, and is nothing but an id. Throws TransferRefused. */
export const fileIn = (line: Line): FileLine => {
  const file = decoded(line, fileOf(line.value));
  if (!isId("upl", file.upload_id)) throw bad(line, "its id is none of an upload");
  return file;
};

/** A line of personal.jsonl: its ids become part of a subject. Throws TransferRefused. */
export const personalIn = (line: Line, workspaceId: string): PersonalEvent => {
  const event = personalEventOf(line);
  decoded(line, personalOf(event));
  if (event.workspace_id !== workspaceId) throw bad(line, "it is of another workspace");
  if (!isId("usr", event.payload.user_id)) throw bad(line, "it is nobody's");
  if (!SCOPES.some((prefix) => isId(prefix, event.payload.scope_id))) throw bad(line, "it is about nothing");
  return event;
};

/** A line of personal.jsonl in today's format. */
const personalEventOf = (line: Line): PersonalEvent => {
  try {
    return upcastPersonalEvent(line.value as RecordedEvent);
  } catch (error) {
    throw bad(line, (error as Error).message);
  }
};

/** Whether this is an email as accounts have them. */
export const isEmail = (email: string): boolean =>
  email.length <= MAX_EMAIL && normalizeEmail(email) === email && /^[^\s@]+@[^\s@]+$/.test(email);

const decoded = <Value>(line: Line, result: Result.Result<Value, unknown>): Value => {
  if (Result.isFailure(result)) throw bad(line, String(result.failure));
  const problem = plainProblem(result.success);
  if (problem !== undefined) throw bad(line, problem);
  return result.success;
};

const bad = ({ where }: Line, why: string): TransferRefused => new TransferRefused(`${where}: ${why}`);
