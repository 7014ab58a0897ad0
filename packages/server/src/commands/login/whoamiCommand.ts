import type { User } from "@clickclack/protocol/http/shapes";
import { Command } from "effect/cli";
import { apiOf } from "../chat/apiOf.ts";
import { chatFlags } from "../chat/chatFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = { ...chatFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack whoami`: as whom commands act, and where. */
export const whoamiCommand = Command.make(
  "whoami",
  flags,
  runs(async ({ json, ...where }: Input) => {
    const api = await apiOf(where);
    const { user } = await api.get<{ user: User }>("/api/me");
    if (json) print.json({ url: api.url, user });
    else print.line(`@${user.handle} (${user.display_name}) at ${api.url}`);
  }),
).pipe(
  Command.withDescription("Tell as whom commands act, and on which server"),
  Command.withExamples([{ command: "clickclack whoami" }, { command: "clickclack whoami --json" }]),
);
