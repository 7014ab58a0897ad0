import * as Config from "effect/Config";
import * as Option from "effect/Option";
import { Command, Flag } from "effect/cli";
import { examined } from "../doctor/Finding.ts";
import { CheckFailed } from "./exitCode.ts";
import { instanceFlags } from "./instanceFlags.ts";
import { instanceOf } from "./instanceOf.ts";
import { jsonFlag } from "./jsonFlag.ts";
import { print } from "./print.ts";
import { runs } from "./runs.ts";

const flags = {
  ...instanceFlags,
  natsMonitor: Flag.String("nats-monitor").pipe(
    Flag.withDescription("The NATS server's monitoring address, http://host:8222, to check its durability"),
    Flag.withFallbackConfig(Config.String("NATS_MONITOR_URL")),
    Flag.optional,
  ),
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack doctor`: looks at everything and changes nothing. */
export const doctorCommand = Command.make(
  "doctor",
  flags,
  runs(async ({ json, natsMonitor, ...where }: Input) => {
    const instance = instanceOf(where);
    const { examineNats } = await import("../doctor/examineNats.ts");
    const { examinePostgres } = await import("../doctor/examinePostgres.ts");
    const { examineServer } = await import("../doctor/examineServer.ts");
    const findings = [
      ...(await examined("server", () => examineServer(instance))),
      ...(await examined("nats", () => examineNats(instance, Option.getOrUndefined(natsMonitor)))),
      ...(await examined("postgres", () => examinePostgres(instance))),
    ];
    const failed = findings.filter(({ status }) => status === "broken").map(({ check }) => check);
    if (json) print.json({ ok: failed.length === 0, findings });
    else
      print.table(
        ["CHECK", "STATUS", "DETAIL"],
        findings.map(({ check, status, detail }) => [check, status, detail]),
      );
    if (failed.length > 0) throw new CheckFailed(`broken: ${failed.join(", ")}`);
  }),
).pipe(
  Command.withDescription(
    "Tell what of a deployment is configured, reachable and durable: data folder, server, NATS, log, Postgres, projections",
  ),
  Command.withShortDescription("Tell what of a deployment is configured, reachable and durable"),
  Command.withExamples([
    { command: "clickclack doctor" },
    {
      command:
        "clickclack doctor --nats nats://host --db postgres://host/clickclack --nats-monitor http://host:8222 --json",
    },
  ]),
);
