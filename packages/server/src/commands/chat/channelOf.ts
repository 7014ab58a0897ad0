import { isId } from "@clickclack/protocol/Ids";
import * as Option from "effect/Option";
import type { ApiConnection } from "../../client/ApiConnection.ts";
import { Places } from "../../client/Places.ts";
import { UsageError } from "../exitCode.ts";

interface ChannelFlags {
  readonly channel: string;
  readonly workspace: Option.Option<string>;
}

/** Finds the channel that was typed; what cannot be one is refused at once. Throws UsageError, and later ApiFailure. */
export const channelOf = ({
  channel,
  workspace,
}: ChannelFlags): ((api: ApiConnection) => Promise<string>) => {
  if (isId("chn", channel)) return async () => channel;
  if (Option.isNone(workspace))
    throw new UsageError(`${channel} is not an id; give --workspace to find a channel by its name`);
  return (api) => new Places(api).channel(channel, workspace.value);
};
