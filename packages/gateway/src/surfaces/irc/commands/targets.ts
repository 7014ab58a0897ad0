import { canSeeChannel, isActiveMember, isListedFor } from "@clickclack/workspace/access";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import type { Outcome } from "../../../Writes.ts";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { findChannel } from "../../../rooms/channelName.ts";
import { about, refuse } from "../refusals.ts";

/** A channel that the actor may know of. */
export const requireChannel = ({ caller, replica }: IrcActor, name: string): ChannelState => {
  const channel = findChannel(replica.state, name);
  if (!channel || !canSeeChannel(replica.state, caller.account.id, channel.id))
    throw refuse.noSuchChannel(name);
  return channel;
};

/** A channel that the actor may be told about: none of those that are secret to it. */
export const requireListed = (actor: IrcActor, name: string): ChannelState => {
  const channel = requireChannel(actor, name);
  if (isListedFor(actor.replica.state, actor.caller.account.id, channel.id)) return channel;
  throw refuse.noSuchChannel(name);
};

/** A channel that the actor is in. */
export const requireJoined = (actor: IrcActor, name: string): ChannelState => {
  const channel = requireChannel(actor, name);
  if (!channel.members.has(actor.caller.account.id)) throw refuse.notOnChannel(name);
  return channel;
};

/** The member of this nick. */
export const requireNick = async (parts: IrcParts, actor: IrcActor, nick: string): Promise<string> => {
  const id = await parts.sessions.holderOf(nick);
  if (id === undefined || !isActiveMember(actor.replica.state, id)) throw refuse.noSuchNick(nick);
  return id;
};

/** What somebody is called now. */
export const nickOf = async (
  { names }: IrcParts,
  { state }: IrcActor["replica"],
  id: string,
): Promise<string> => {
  await names.ensure(state, [id]);
  return names.nickOf(state, id);
};

/**
 * Sends a command to the workspace, and waits until this gateway knows what it caused: what is asked next sees it, and
 * everybody here has been told.
 */
export const send = async (
  { context }: IrcParts,
  { caller, replica, correlationId }: IrcActor,
  command: WorkspaceCommand,
  concerning: ReadonlyArray<string>,
): Promise<Outcome> => {
  const outcome = await about(concerning, () =>
    context.writes.send(replica.id, caller, command, { correlationId }),
  );
  const last = outcome.events.at(-1);
  if (last) await replica.reach(last.event.version);
  return outcome;
};
