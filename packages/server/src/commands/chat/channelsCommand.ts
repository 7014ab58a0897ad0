import { Command, Flag } from "effect/cli";
import { Places } from "../../client/Places.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { apiOf } from "./apiOf.ts";
import { chatFlags } from "./chatFlags.ts";

const flags = {
  workspace: Flag.String("workspace").pipe(Flag.withDescription("Id or slug of the workspace")),
  ...chatFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const channelsListCommand = Command.make(
  "list",
  flags,
  runs(async ({ workspace, json, ...where }: Input) => {
    const channels = await new Places(await apiOf(where)).channels(workspace);
    if (json) return print.json({ channels });
    print.table(
      ["ID", "NAME", "KIND", "MESSAGES"],
      channels.map(({ id, name, kind, last_seq, archived_at }) => [
        id,
        archived_at === undefined ? name : `${name} (archived)`,
        kind,
        String(last_seq),
      ]),
    );
  }),
).pipe(
  Command.withDescription("List the channels of a workspace that you see"),
  Command.withExamples([
    { command: "clickclack channels list --workspace our-team" },
    { command: "clickclack channels list --workspace wsp_01k9… --json" },
  ]),
);

export const channelsCommand = Command.make("channels").pipe(
  Command.withDescription("Channels of a workspace"),
  Command.withSubcommands([channelsListCommand]),
);
