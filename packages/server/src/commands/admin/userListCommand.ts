import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import * as Schema from "effect/Schema";
import { withMigratedPostgres } from "../../operator/connect.ts";
import { listUsers } from "../../operator/listUsers.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const MAX_USERS = 1_000; // a page that a terminal and a script can hold

const flags = {
  limit: Flag.Int("limit").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MAX_USERS }))),
    Flag.withDescription(`How many at the most, 1 to ${MAX_USERS}`),
    Flag.withDefault(MAX_USERS),
  ),
  after: Flag.String("after").pipe(
    Flag.withDescription("Id of the last user of the page before"),
    Flag.optional,
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin user list`: people and bots, the oldest first. */
export const userListCommand = Command.make(
  "list",
  flags,
  runs(async ({ limit, after, json, ...where }: Input) => {
    const page = { limit, ...(Option.isSome(after) && { after: after.value }) };
    const users = await withMigratedPostgres(instanceOf(where), (db) => listUsers(db, page));
    if (json) return print.json({ users });
    print.table(
      ["ID", "KIND", "HANDLE", "STATUS", "CREATED", "NAME"],
      users.map((one) => [one.id, one.kind, one.handle, one.status, one.created_at, one.display_name]),
    );
    if (users.length === limit) print.hint(`for more:  --after ${users.at(-1)!.id}`);
  }),
).pipe(
  Command.withDescription("List the accounts of people and bots, the oldest first"),
  Command.withExamples([
    { command: "clickclack admin user list" },
    { command: "clickclack admin user list --limit 100 --after usr_01k9… --json" },
  ]),
);
