import * as Config from "effect/Config";
import type * as Option from "effect/Option";
import { Flag } from "effect/cli";
import { dataFlag } from "./dataFlag.ts";

/** Which deployment a command is about: the one that runs on a data folder, or the one at these URLs. */
export const instanceFlags = {
  data: dataFlag,
  nats: Flag.String("nats").pipe(
    Flag.withDescription("NATS of the deployment, instead of what runs on the data folder"),
    Flag.withFallbackConfig(Config.String("NATS_URL")),
    Flag.optional,
  ),
  db: Flag.String("db").pipe(
    Flag.withDescription("Postgres of the deployment, instead of what runs on the data folder"),
    Flag.withFallbackConfig(Config.String("DATABASE_URL")),
    Flag.optional,
  ),
};

/** What those flags give. */
export interface InstanceFlags {
  readonly data: string;
  readonly nats: Option.Option<string>;
  readonly db: Option.Option<string>;
}
