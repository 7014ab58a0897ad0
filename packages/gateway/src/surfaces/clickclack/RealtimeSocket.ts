import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import { CLOSE_CODES } from "@clickclack/protocol/realtime/CloseCodes";
import type { ResyncFrame } from "@clickclack/protocol/realtime/Frames";
import { isActiveMember } from "@clickclack/workspace/access";
import { isAnsweredFor, isStillGood } from "../../authentication/Authenticator.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import type { Hub, Subscriber, SubscriberSocket } from "../../Hub.ts";
import type { RingEntry } from "../../replica/EventRing.ts";
import { isShownTo } from "../../replica/isShownTo.ts";
import {
  nextEvents,
  type ReplayPosition,
  requireReplayable,
  ResyncRequired,
} from "../../replica/readEvents.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import { parsePosition, tailCursor } from "./cursors.ts";

/** A replay waits for its socket beyond this many unsent bytes: it may not fill what live frames need. */
const REPLAY_BUFFER_BYTES = 1024 * 1024;

/** What a socket of this surface carries besides what the hub needs. */
export interface RealtimeSubscriber extends Subscriber {
  readonly replica: WorkspaceReplica;
  readonly afterCursor: string | undefined;
  /** Settled once the socket is live, or closed before. */
  started?: Promise<void>;
}

/** Brings a new socket up to date and live: exactly what its user may see after the cursor, once each, in order. */
export class RealtimeSocket {
  readonly #context: GatewayContext;
  readonly #hub: Hub;
  readonly #encode: (entry: RingEntry) => string | undefined;

  constructor(context: GatewayContext, hub: Hub, encode: (entry: RingEntry) => string | undefined) {
    this.#context = context;
    this.#hub = hub;
    this.#encode = encode;
  }

  /** Call when the socket is open. */
  start(socket: SubscriberSocket): void {
    const data = socket.getUserData() as RealtimeSubscriber;
    this.#hub.add(socket);
    data.started = this.#admit(socket, data).catch((error: unknown) => {
      if (data.phase === "closed") return;
      if (error instanceof ResyncRequired) return this.#resync(socket, data, error);
      if (!(error instanceof StoreUnavailable))
        this.#context.services.log.error({ err: error }, "replay failed");
      this.#hub.close(socket, CLOSE_CODES.replayFailed);
    });
  }

  /** The hub tells of access that ends from now on; what ended while the upgrade was under way is found out here. */
  async #admit(socket: SubscriberSocket, data: RealtimeSubscriber): Promise<void> {
    await this.#hub.ready(socket);
    const { directory } = this.#context.services;
    const account = await directory.find(data.userId);
    const answeredFor = await isAnsweredFor(directory, data.ownerUserId);
    if (data.phase === "closed") return;
    const good = account && answeredFor && isStillGood(account, data.credentialId);
    if (good && isActiveMember(data.replica.state, data.userId)) return this.#replay(socket, data);
    this.#hub.close(socket, CLOSE_CODES.accessRevoked);
  }

  /** Answers a barrier: once everything that was stored before it has been sent to this socket. */
  async barrier(socket: SubscriberSocket, id: string): Promise<void> {
    const data = socket.getUserData() as RealtimeSubscriber;
    const position = await this.#context.services.commands.position(data.replica.id);
    await Promise.all([data.started, data.replica.reach(position.version)]);
    this.#hub.flush();
    if (data.phase === "live") socket.send(JSON.stringify({ type: "barrier", id }));
  }

  async #replay(socket: SubscriberSocket, data: RealtimeSubscriber): Promise<void> {
    const { services } = this.#context;
    const { replica } = data;
    let at = parsePosition(data.afterCursor, replica.id, services.epoch);
    await requireReplayable(replica, at);
    while (data.phase !== "closed") {
      const held = replica.ring.after(at.version);
      // From here to going live nothing is awaited, so no event comes between.
      if (held || at.version === replica.version) {
        this.#send(socket, data, held ?? []);
        return this.#hub.goLive(socket, replica);
      }
      at = await this.#replayPage(socket, data, at);
    }
  }

  async #replayPage(
    socket: SubscriberSocket,
    data: RealtimeSubscriber,
    from: ReplayPosition,
  ): Promise<ReplayPosition> {
    const entries = await nextEvents(data.replica, this.#context.services.store, from);
    if (data.phase === "closed") return from;
    this.#send(socket, data, entries);
    const last = entries.at(-1);
    if (last === undefined) throw new StoreUnavailable("the log ends before the events that were seen live");
    await this.#drained(socket, data);
    return { version: last.event.version, seq: last.seq };
  }

  #send(socket: SubscriberSocket, data: RealtimeSubscriber, entries: ReadonlyArray<RingEntry>): void {
    socket.cork(() => {
      for (const entry of entries) {
        if (!isShownTo(data.replica.state, data, entry.event)) continue;
        const text = this.#encode(entry);
        if (text !== undefined) socket.send(text);
      }
    });
  }

  async #drained(socket: SubscriberSocket, data: RealtimeSubscriber): Promise<void> {
    while (data.phase === "replaying" && socket.getBufferedAmount() > REPLAY_BUFFER_BYTES) {
      await new Promise<void>((resolve) => {
        data.onDrain = resolve;
      });
      data.onDrain = undefined;
    }
  }

  #resync(socket: SubscriberSocket, data: RealtimeSubscriber, { reason }: ResyncRequired): void {
    const frame: ResyncFrame = {
      type: "resync_required",
      workspace_id: data.workspaceId,
      tail_cursor: tailCursor(data.replica, this.#context.services.epoch),
      reason,
    };
    socket.send(JSON.stringify(frame));
    this.#hub.close(socket, CLOSE_CODES.resyncRequired);
  }
}
