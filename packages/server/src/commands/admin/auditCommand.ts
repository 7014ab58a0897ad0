import { requireTime } from "@clickclack/gateway/http/requireTime";
import { ACCOUNT_EVENT_TYPES } from "@clickclack/identity/account/accountAudit";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AuditEntry } from "@clickclack/protocol/http/AuditGroup";
import { AUDITED_TYPES } from "@clickclack/workspace/audit/audited";
import type { AuditFilter } from "@clickclack/workspace/projections/listAudit";
import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { withMigratedPostgres } from "../../operator/connect.ts";
import type { Operator } from "../../operator/Operator.ts";
import { readAccountAudit, readWorkspaceAudit } from "../../operator/readAudit.ts";
import { asOperator } from "../asOperator.ts";
import { UsageError } from "../exitCode.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const DEFAULT_LIMIT = 50;
/** What is printed at once is held in memory; who wants more asks with --until again. */
const MAX_LIMIT = 100_000;

const text = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.optional);

const flags = {
  workspace: memberFlags.workspace.pipe(Flag.optional),
  user: text("user", "Id, email or handle of the account to show instead: its sign-ins, tokens, password"),
  type: text("type", "Show one type of event, such as member.added or credential.issued"),
  actor: text("actor", "Id, email or handle of whoever did it; `system` for an operator"),
  target: text("target", "Id of what it was done to"),
  channel: text("channel", "Id of the channel that it was done in"),
  since: text("since", "First moment to show, such as 2026-11-20T10:00:00Z"),
  until: text("until", "First moment not to show any more"),
  limit: Flag.Int("limit").pipe(
    Flag.filter(
      (n) => n >= 1 && n <= MAX_LIMIT,
      (n) => `${n} is not between 1 and ${MAX_LIMIT}`,
    ),
    Flag.withDescription("How many of the newest entries to show"),
    Flag.withDefault(DEFAULT_LIMIT),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const typeOf = (typed: string | undefined, types: ReadonlyArray<string>): string | undefined => {
  if (typed === undefined || types.includes(typed)) return typed;
  throw new UsageError(`there is no type ${typed}; there are ${types.join(", ")}`);
};

const timeOf = (typed: string | undefined, flag: string): string | undefined => {
  try {
    return typed === undefined ? undefined : requireTime(typed, flag);
  } catch (failure) {
    throw failure instanceof ApiFailure ? new UsageError(`--${failure.message}`) : failure;
  }
};

/** What was typed, before any of it is looked up. Throws UsageError. */
const filterOf = (input: Input): AuditFilter => {
  const types = Option.isSome(input.user) ? ACCOUNT_EVENT_TYPES : AUDITED_TYPES;
  return {
    type: typeOf(Option.getOrUndefined(input.type), types),
    targetId: Option.getOrUndefined(input.target),
    channelId: Option.getOrUndefined(input.channel),
    since: timeOf(Option.getOrUndefined(input.since), "since"),
    until: timeOf(Option.getOrUndefined(input.until), "until"),
  };
};

const SYSTEM_ACTORS = new Set(["system", "visitor"]);

const actorOf = async (operator: Operator, typed: string | undefined): Promise<string | undefined> =>
  typed === undefined || SYSTEM_ACTORS.has(typed) ? typed : (await operator.account(typed)).id;

const readEntries = (input: Input): Promise<ReadonlyArray<AuditEntry>> => {
  const { workspace, user, limit } = input;
  const typed = filterOf(input);
  return asOperator(input, async (operator) => {
    const filter = { ...typed, actorId: await actorOf(operator, Option.getOrUndefined(input.actor)) };
    if (Option.isSome(user))
      return readAccountAudit(operator, (await operator.account(user.value)).id, filter, limit);
    const workspaceId = await operator.workspace(Option.getOrThrow(workspace));
    return withMigratedPostgres(instanceOf(input), (db) =>
      readWorkspaceAudit(operator, db, workspaceId, filter, limit),
    );
  });
};

/** `clickclack admin audit`: who did what, by which credential, and when; newest first. */
export const auditCommand = Command.make(
  "audit",
  flags,
  runs(async (input: Input) => {
    if (Option.isSome(input.workspace) === Option.isSome(input.user))
      throw new UsageError("give --workspace for what was administered there, or --user for an account");
    if (Option.isSome(input.user) && Option.isSome(input.channel))
      throw new UsageError("nothing about an account is done in a channel; leave --channel out");
    const entries = await readEntries(input);
    if (input.json) return print.json({ entries });
    print.table(
      ["WHEN", "WHAT", "BY", "CREDENTIAL", "TARGET", "DETAILS"],
      entries.map(({ at, type, actor, target_id, details }) => [
        at,
        type,
        actor.user_id,
        actor.credential_id ?? "",
        target_id ?? "",
        JSON.stringify(details),
      ]),
    );
  }),
).pipe(
  Command.withDescription(
    "Who did what in a workspace, by which credential, and when; or what was done to an account. Newest first",
  ),
  Command.withShortDescription("Who did what, by which credential, and when"),
  Command.withExamples([
    { command: "clickclack admin audit --workspace our-team --since 2026-11-01T00:00:00Z" },
    { command: "clickclack admin audit --workspace our-team --type member.removed --actor @bob --json" },
    { command: "clickclack admin audit --user bob@example.com --type credential.issued" },
  ]),
);
