import type { AccountState } from "@clickclack/identity/account/Account";
import type { Secrets } from "@clickclack/identity/secrets/Secrets";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { CLOSE_CODES } from "@clickclack/protocol/realtime/CloseCodes";
import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import { isActiveMember } from "@clickclack/workspace/access";
import type { ChannelState, WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import { isStillGood } from "../../authentication/Authenticator.ts";
import type { EphemeralFrame } from "../../Ephemerals.ts";
import type { Presence } from "../../Presence.ts";
import type { RingEntry } from "../../replica/EventRing.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import { NamedTurns } from "../../rooms/NamedTurns.ts";
import type { Watchers } from "../../Watchers.ts";
import type { Names } from "../../rooms/Names.ts";
import { usersIn } from "../../rooms/usersIn.ts";
import { messageFrame, type Told, toldOf } from "./messageFrame.ts";
import { plainText } from "./plainText.ts";
import { Roster } from "./Roster.ts";
import type { TerminalSession } from "./TerminalSession.ts";

/** Who is connected is asked for anew this often: what tells of it may have been lost with a connection to NATS. */
const ROSTER_EVERY_MS = 60_000;

export interface TerminalHubPorts {
  readonly names: Names;
  readonly secrets: Secrets;
  readonly presence: Presence;
  readonly watchers: Watchers;
  /** Told of a session that is in no room any more. */
  readonly onHomeless: (session: TerminalSession) => void;
}

/** Tells the sessions of this gateway, each in its rooms, of what happens; one thing after the other. */
export class TerminalHub {
  readonly #ports: TerminalHubPorts;
  readonly #turns: NamedTurns;
  readonly #sessions = new Set<TerminalSession>();
  readonly #byUser = new Map<string, Set<TerminalSession>>();
  readonly #timer: NodeJS.Timeout;
  #replica: WorkspaceReplica | undefined;
  readonly roster = new Roster((channel, userId, joined) => this.#tellRoster(channel, userId, joined));
  /** The last event that was told, or is being told: a token that comes with a message counts it as seen. */
  #position: { readonly version: number; readonly seq: number } | undefined;

  constructor(ports: TerminalHubPorts) {
    this.#ports = ports;
    this.#turns = new NamedTurns(ports.names);
    this.#timer = setInterval(() => {
      if (this.#replica && this.#sessions.size > 0)
        void this.#loadRoster(this.#replica).catch(() => undefined);
    }, ROSTER_EVERY_MS).unref();
  }

  get sessions(): ReadonlySet<TerminalSession> {
    return this.#sessions;
  }

  sessionsOf(userId: string): ReadonlySet<TerminalSession> {
    return this.#byUser.get(userId) ?? new Set();
  }

  /** Resolves once the sessions that are added are told of who is there. Throws StoreUnavailable. */
  async open(replica: WorkspaceReplica): Promise<void> {
    if (this.#replica) return;
    await this.#ports.watchers.ready(replica.id);
    await this.#loadRoster(replica);
    this.#replica = replica;
  }

  /** Tells a session of whatever happens from now on. */
  add(session: TerminalSession): void {
    const { userId, replica } = session;
    session.since = replica.version;
    this.#sessions.add(session);
    this.#byUser.set(userId, new Set(this.#byUser.get(userId)).add(session));
    this.#ports.presence.change(replica.id, userId, true);
    this.roster.setOnline(replica.state, userId, true);
  }

  /** Call when a session's connection is closed. */
  remove(session: TerminalSession): void {
    if (!this.#sessions.delete(session)) return;
    const { userId, replica } = session;
    const sessions = this.#byUser.get(userId);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#byUser.delete(userId);
    // Whether somebody is connected elsewhere is told by those who count it.
    this.#ports.presence.change(replica.id, userId, false);
  }

  /** Resolves once all that happened before this call has been told. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  /** A token for a session as it stands, after all that was told. */
  resumeOf(session: TerminalSession): string {
    const { version, seq } = this.#position ?? { version: 0, seq: 0 };
    const ahead = session.since > version ? { version: session.since, seq: session.replica.seq } : undefined;
    return session.resume(this.#ports.secrets, ahead ?? { version, seq });
  }

  onEvent(replica: WorkspaceReplica, entry: RingEntry): void {
    const { event, seq } = entry;
    this.#turns.take(replica.state, usersIn(replica.state, event), () => {
      this.#position = { version: event.version, seq };
      this.#tell(replica.state, event);
    });
  }

  onEphemeral({ frame, scopeId }: EphemeralFrame): void {
    const replica = this.#replica;
    const userId = frame.payload["user_id"];
    if (!replica || typeof userId !== "string") return;
    if (frame.type === "presence.changed") {
      const online = frame.payload["status"] === "online" || this.#byUser.has(userId);
      this.roster.setOnline(replica.state, userId, online);
    } else if (frame.type === "typing.started" && scopeId !== undefined) {
      this.#turns.take(replica.state, [userId], () => this.#tellTyping(replica.state, scopeId, userId));
    }
  }

  /** An account or its credentials changed: whoever came by what is no longer good is sent away. */
  onAccount(account: AccountState): void {
    for (const session of this.sessionsOf(account.id))
      if (!isStillGood(account, session.caller.credentialId)) sendAway(session);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #loadRoster(replica: WorkspaceReplica): Promise<void> {
    const present = await this.#ports.presence.list(replica.id);
    const online = new Set([...present.map(({ userId }) => userId), ...this.#byUser.keys()]);
    this.roster.replace(replica.state, online);
  }

  #tell(state: WorkspaceState, event: WorkspaceEvent): void {
    switch (event.type) {
      case "message.created":
      case "thread.reply_created":
      case "message.updated":
      case "message.deleted":
        return this.#tellMessage(state, event);
      case "channel.created":
      case "channel.member_added":
      case "channel.member_removed":
        return this.#tellMembership(state, event);
      case "member.nick_changed":
        return this.#tellRenamed(state, event.payload);
      case "member.added":
      case "member.removed":
      case "member.moderation_updated":
        this.roster.refreshUser(state, event.payload.user_id);
        return this.#sendAwayStrangers(state, this.sessionsOf(event.payload.user_id));
      case "workspace.deleted":
        return this.#sendAwayStrangers(state, this.#sessions);
      default:
    }
  }

  #tellMessage(state: WorkspaceState, event: Told): void {
    const told = toldOf(state, event);
    if (!told) return;
    const { channel, extra } = told;
    const hears = (session: TerminalSession) =>
      session.since < event.version &&
      (extra === undefined || session.wants.has(extra)) &&
      hearsOf(state, channel, session);
    if (channel.kind !== "direct") return this.#send(messageFrame(state, told, this.#ports.names, ""), hears);
    for (const userId of channel.members) {
      const frame = messageFrame(state, told, this.#ports.names, userId);
      this.#send(frame, (session) => session.userId === userId && hears(session));
    }
  }

  #tellMembership(
    state: WorkspaceState,
    event: Extract<WorkspaceEvent, { type: `channel.${string}` }>,
  ): void {
    const { type, channel_id: channelId = "", payload, version, actor } = event;
    const channel = state.channels.get(channelId);
    if (!channel || channel.kind === "direct" || !("user_id" in payload)) return;
    const { user_id: userId } = payload;
    for (const session of this.sessionsOf(userId)) {
      if (session.since >= version) continue;
      const own = actor.user_id === userId;
      if (type !== "channel.member_removed") letInto(session, channel, own);
      else if (session.isIn(channel.id)) this.#takeOut(session, channel, own);
    }
    this.roster.refresh(state, channel, userId);
  }

  #takeOut(session: TerminalSession, { id, name }: ChannelState, own: boolean): void {
    session.exit(id);
    const homeless = session.room === "";
    const text = own ? `you left #${name} elsewhere` : `you were taken out of #${name}`;
    if (!own || !session.isMoving) session.send({ type: "notice", text, ...(!homeless && session.place()) });
    if (homeless) this.#ports.onHomeless(session);
  }

  #tellRenamed(
    state: WorkspaceState,
    {
      user_id: userId,
      nick,
      previous,
    }: { readonly user_id: string; readonly nick: string; readonly previous: string },
  ): void {
    const meets = (session: TerminalSession) =>
      session.userId !== userId && session.rooms.some((id) => state.channels.get(id)?.members.has(userId));
    const renamed = { from: previous, to: nick };
    this.#send({ type: "notice", text: `${previous} is now known as ${nick}`, renamed }, meets);
  }

  #tellRoster(channel: ChannelState, userId: string, joined: boolean): void {
    const ts = new Date().toISOString();
    const replica = this.#replica ?? [...this.#sessions][0]?.replica;
    if (!replica) return;
    const { state } = replica;
    this.#turns.take(state, [userId], () => {
      const username = this.#ports.names.nickOf(state, userId);
      const type = joined ? "joined" : "left";
      const hears = (session: TerminalSession) =>
        session.userId !== userId && hearsOf(state, channel, session);
      this.#send({ type, username, room: channel.name, ts }, hears);
    });
  }

  #tellTyping(state: WorkspaceState, channelId: string, userId: string): void {
    const channel = state.channels.get(channelId);
    if (!channel || channel.kind === "direct") return;
    const username = this.#ports.names.nickOf(state, userId);
    const hears = (session: TerminalSession) =>
      session.wants.has("typing") && session.userId !== userId && hearsOf(state, channel, session);
    this.#send({ type: "typing", username, room: channel.name }, hears);
  }

  #sendAwayStrangers(state: WorkspaceState, sessions: ReadonlySet<TerminalSession>): void {
    for (const session of sessions)
      if (state.deleted || !isActiveMember(state, session.userId)) sendAway(session);
  }

  /** Encodes once, and sends to all who hear of it. */
  #send(frame: TerminalFrame, hears: (session: TerminalSession) => boolean): void {
    let json: string | undefined;
    let plain: string | undefined;
    for (const session of this.#sessions) {
      if (!hears(session)) continue;
      const plainFrame = frame.type === "typing" || frame.type === "error" || frame.type === "welcome";
      if (session.text) session.sendEncoded((plain ??= plainText(frame) ?? ""));
      else if (!plainFrame && session.needsResume())
        session.send({ ...frame, resume: this.resumeOf(session) });
      else session.sendEncoded((json ??= JSON.stringify(frame)));
    }
  }
}

/** Whether a session is shown what happens in a place, as access stands now. */
export const hearsOf = (state: WorkspaceState, channel: ChannelState, session: TerminalSession): boolean => {
  if (!isActiveMember(state, session.userId) || !channel.members.has(session.userId)) return false;
  return channel.kind === "direct" || session.isIn(channel.id);
};

const letInto = (session: TerminalSession, { id, name }: ChannelState, own: boolean): void => {
  const isNew = !session.isIn(id);
  session.enter(id, false);
  if (!isNew || (own && session.isMoving)) return;
  const text = own ? `you entered #${name} elsewhere` : `you were added to #${name}`;
  session.send({ type: "notice", text, ...session.place() });
};

const sendAway = (session: TerminalSession): void => {
  const { code, reason } = CLOSE_CODES.accessRevoked;
  session.send({ type: "error", code: "not_allowed", message: "your access here has ended" });
  session.close(code, reason);
};
