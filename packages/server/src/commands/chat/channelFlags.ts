import { Flag } from "effect/cli";

/** A channel by its id, or by its name in a workspace. */
export const channelFlags = {
  channel: Flag.String("channel").pipe(
    Flag.withDescription("Id of the channel, or its name together with --workspace"),
  ),
  workspace: Flag.String("workspace").pipe(
    Flag.withDescription("Id or slug of the channel's workspace"),
    Flag.optional,
  ),
};
