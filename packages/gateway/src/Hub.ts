import type { AccountState } from "@clickclack/identity/account/Account";
import { CLOSE_CODES, type CloseCode } from "@clickclack/protocol/realtime/CloseCodes";
import type { TemplatedApp, WebSocket } from "uWebSockets.js";
import { isStillGood } from "./authentication/Authenticator.ts";
import type { RingEntry } from "./replica/EventRing.ts";
import type { Viewer } from "./replica/isShownTo.ts";
import { accessChangedBy, EVERYBODY, topicsFor, topicsOf } from "./replica/topics.ts";
import type { WorkspaceReplica } from "./replica/WorkspaceReplica.ts";

/** Bytes that may wait for a socket that reads slowly; the contract's bound. uWebSockets.js drops beyond it. */
export const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
/** A socket is closed as slow from here on, well before a frame would have to be dropped. */
const SLOW_BYTES = 4 * 1024 * 1024;
/** How often slow and expired sockets are looked for: less than it takes to fill what lies between the two bounds. */
const SWEEP_MS = 100;
/** On a busy workspace frames are published this often, together; uWebSockets.js makes one write of them per socket. */
const TICK_MS = 5;

/** What a socket of a realtime surface is. */
export interface Subscriber extends Viewer {
  readonly workspaceId: string;
  readonly credentialId: string | undefined;
  /** Of a bot: the person who answers for it. */
  readonly ownerUserId: string | undefined;
  /** When what it came by ends; milliseconds since 1970. */
  readonly expiresAt: number | undefined;
  /** Topics that it is subscribed to; empty while it is replaying. */
  topics: ReadonlySet<string>;
  phase: "replaying" | "live" | "closed";
  /** Called when buffered bytes went out. */
  onDrain?: (() => void) | undefined;
}

export type SubscriberSocket = WebSocket<Subscriber>;

export interface HubOptions {
  /** The one text that all sockets get for an event; undefined for events that the surface does not show. */
  readonly encode: (entry: RingEntry) => string | undefined;
  /** Told when the first socket of a workspace came, and when its last one went. */
  readonly onOccupied: (workspaceId: string, occupied: boolean) => void;
  /** Resolves once the sockets of an occupied workspace get whatever is sent to them besides events. */
  readonly ready: (workspaceId: string) => Promise<void>;
  /** Told when a user's first socket in a workspace came to this gateway, and when its last one went. */
  readonly onPresent: (workspaceId: string, userId: string, present: boolean) => void;
  /** Told of a socket that is closed. */
  readonly onClosed: (subscriber: Subscriber) => void;
}

/** Fans events out to the sockets that may see them: encoded once, published to topics. */
export class Hub {
  readonly #app: TemplatedApp;
  readonly #options: HubOptions;
  readonly #byWorkspace = new Map<string, Map<string, Set<SubscriberSocket>>>();
  readonly #sockets = new Set<SubscriberSocket>();
  readonly #sweep: NodeJS.Timeout;
  #pending: Array<{ readonly topics: ReadonlyArray<string>; readonly text: string }> = [];
  #lastPublish = 0;
  #tick: NodeJS.Timeout | undefined;

  constructor(app: TemplatedApp, options: HubOptions) {
    this.#app = app;
    this.#options = options;
    this.#sweep = setInterval(() => this.#closeSlowAndExpired(Date.now()), SWEEP_MS).unref();
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Everybody who is connected, once for each socket. */
  *subscribers(): Iterable<Subscriber> {
    for (const socket of this.#sockets) yield socket.getUserData();
  }

  /** The workspaces that somebody is connected to. */
  workspaces(): ReadonlyArray<string> {
    return [...this.#byWorkspace.keys()];
  }

  hasSockets(workspaceId: string): boolean {
    return this.#byWorkspace.has(workspaceId);
  }

  add(socket: SubscriberSocket): void {
    const { workspaceId, userId } = socket.getUserData();
    const users = this.#byWorkspace.get(workspaceId) ?? new Map<string, Set<SubscriberSocket>>();
    const sockets = users.get(userId) ?? new Set();
    if (users.size === 0) this.#options.onOccupied(workspaceId, true);
    if (sockets.size === 0) this.#options.onPresent(workspaceId, userId, true);
    this.#byWorkspace.set(workspaceId, users.set(userId, sockets.add(socket)));
    this.#sockets.add(socket);
  }

  /** Call when a socket is closed. */
  remove(socket: SubscriberSocket): void {
    const data = socket.getUserData();
    data.phase = "closed";
    this.#options.onClosed(data);
    this.#sockets.delete(socket);
    const users = this.#byWorkspace.get(data.workspaceId);
    const sockets = users?.get(data.userId);
    sockets?.delete(socket);
    if (sockets?.size === 0) {
      users?.delete(data.userId);
      this.#options.onPresent(data.workspaceId, data.userId, false);
    }
    if (users?.size === 0) {
      this.#byWorkspace.delete(data.workspaceId);
      this.#options.onOccupied(data.workspaceId, false);
    }
  }

  /** Wait for this between adding a socket and taking it live. Throws StoreUnavailable. */
  ready(socket: SubscriberSocket): Promise<void> {
    return this.#options.ready(socket.getUserData().workspaceId);
  }

  /** Takes a socket live: from the next event on it gets what its user may see. */
  goLive(socket: SubscriberSocket, replica: WorkspaceReplica): void {
    const data = socket.getUserData();
    // What is collected but not yet published lies before this point, and the socket has it from its replay.
    this.flush();
    data.phase = "live";
    this.#subscribe(socket, topicsOf(replica.state, data));
  }

  onEvent(replica: WorkspaceReplica, entry: RingEntry): void {
    const users = this.#byWorkspace.get(replica.id);
    if (!users) return;
    const changed = accessChangedBy(entry.event);
    const affected = changed === EVERYBODY ? [...users.keys()] : changed === undefined ? [] : [changed];
    for (const userId of affected) this.#refreshAccess(replica, userId);
    const text = this.#options.encode(entry);
    if (text !== undefined) this.publish(topicsFor(replica.state, entry.event), text);
  }

  /** An account or its credentials changed: sockets that came by what is no longer good are closed, its bots' too. */
  onAccount(account: AccountState): void {
    for (const users of this.#byWorkspace.values()) {
      for (const socket of users.get(account.id) ?? []) {
        if (!isStillGood(account, socket.getUserData().credentialId))
          this.close(socket, CLOSE_CODES.accessRevoked);
      }
    }
    if (account.active) return;
    for (const socket of this.#sockets) {
      if (socket.getUserData().ownerUserId === account.id) this.close(socket, CLOSE_CODES.accessRevoked);
    }
  }

  /** Publishes at once what was collected. */
  flush(): void {
    clearTimeout(this.#tick);
    this.#tick = undefined;
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    this.#lastPublish = performance.now();
    for (const { topics, text } of pending) for (const topic of topics) this.#app.publish(topic, text);
  }

  /** Closes with a code. One that does not read it is cut off by uWebSockets.js, with what was held for it, within 20 s. */
  close(socket: SubscriberSocket, { code, reason }: CloseCode): void {
    const data = socket.getUserData();
    if (data.phase === "closed") return;
    this.#subscribe(socket, new Set());
    data.phase = "closed";
    data.onDrain?.();
    // The socket is removed by this very call.
    socket.end(code, reason);
  }

  /** Closes every socket, a batch every so often, so that clients do not all come back at the same moment. */
  async drain(withinMs: number): Promise<void> {
    clearInterval(this.#sweep);
    this.flush();
    const sockets = [...this.#sockets];
    const steps = Math.min(10, sockets.length);
    for (let step = 0; step < steps; step++) {
      const size = Math.ceil(sockets.length / steps);
      for (const socket of sockets.slice(step * size, (step + 1) * size))
        this.close(socket, CLOSE_CODES.draining);
      const pause = (withinMs / steps) * (0.5 + Math.random());
      if (step < steps - 1) await new Promise((resume) => setTimeout(resume, pause));
    }
  }

  /** Sends a text to the sockets that are subscribed to any of these topics. */
  publish(topics: ReadonlyArray<string>, text: string): void {
    if (topics.length === 0) return;
    this.#pending.push({ topics, text });
    if (this.#tick || this.#pending.length > 1) return;
    const since = performance.now() - this.#lastPublish;
    // Events that came in one commit, or in one read from NATS, go out in one write per socket.
    if (since >= TICK_MS) queueMicrotask(() => this.flush());
    else this.#tick = setTimeout(() => this.flush(), TICK_MS - since);
  }

  #refreshAccess(replica: WorkspaceReplica, userId: string): void {
    const sockets = this.#byWorkspace.get(replica.id)?.get(userId);
    if (!sockets) return;
    this.flush();
    for (const socket of sockets) {
      const topics = topicsOf(replica.state, socket.getUserData());
      if (topics.size === 0) this.close(socket, CLOSE_CODES.accessRevoked);
      else if (socket.getUserData().phase === "live") this.#subscribe(socket, topics);
    }
  }

  #subscribe(socket: SubscriberSocket, topics: ReadonlySet<string>): void {
    const data = socket.getUserData();
    if (data.phase === "closed") return;
    for (const topic of data.topics) if (!topics.has(topic)) socket.unsubscribe(topic);
    for (const topic of topics) if (!data.topics.has(topic)) socket.subscribe(topic);
    data.topics = topics;
  }

  #closeSlowAndExpired(now: number): void {
    for (const socket of this.#sockets) {
      const { expiresAt, phase } = socket.getUserData();
      if (expiresAt !== undefined && expiresAt <= now) this.close(socket, CLOSE_CODES.accessRevoked);
      else if (phase === "live" && socket.getBufferedAmount() > SLOW_BYTES)
        this.close(socket, CLOSE_CODES.slowConsumer);
    }
  }
}
