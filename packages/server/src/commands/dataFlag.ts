import { DEFAULT_DATA } from "@clickclack/terminal/place/runningServer";
import * as Config from "effect/Config";
import { Flag } from "effect/cli";

/** The folder that an installation keeps everything in, and that other commands find it by. */
export const dataFlag = Flag.String("data").pipe(
  Flag.withDescription("Folder of this installation's data"),
  Flag.withFallbackConfig(Config.String("CLICKCLACK_DATA")),
  Flag.withDefault(DEFAULT_DATA),
);
