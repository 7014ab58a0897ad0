import * as Config from "effect/Config";
import type * as Option from "effect/Option";
import type * as Redacted from "effect/Redacted";
import { Flag } from "effect/cli";
import { dataFlag } from "../dataFlag.ts";

/** Which server a command talks to over HTTP, and as whom. */
export const chatFlags = {
  data: dataFlag,
  url: Flag.String("url").pipe(
    Flag.withDescription(
      "Server to talk to, instead of the one that runs on the data folder; where none does, the one of the last clickclack login",
    ),
    Flag.withFallbackConfig(Config.String("CLICKCLACK_URL")),
    Flag.optional,
  ),
  token: Flag.Redacted("token").pipe(
    Flag.withDescription(
      "Token to act by; better in the variable CLICKCLACK_TOKEN, where nobody else sees it. Without one, the login to that server counts (clickclack login), and without that, development mode",
    ),
    Flag.withFallbackConfig(Config.Redacted("CLICKCLACK_TOKEN")),
    Flag.optional,
  ),
  as: Flag.String("as").pipe(
    Flag.withDescription("In development mode: id of the user to act as, instead of the first one"),
    Flag.optional,
  ),
};

/** What those flags give. */
export interface ChatFlags {
  readonly data: string;
  readonly url: Option.Option<string>;
  readonly token: Option.Option<Redacted.Redacted<string>>;
  readonly as: Option.Option<string>;
}
