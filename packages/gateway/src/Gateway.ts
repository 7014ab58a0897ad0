import { DatabaseUnavailable } from "@clickclack/database/Database";
import { ProjectionBehind } from "@clickclack/database/Watermarks";
import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import type { Subscription } from "@clickclack/eventsourcing/LiveFeed";
import { SignUp } from "@clickclack/identity/federation/SignUp";
import { Api } from "@clickclack/protocol/http/Api";
import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { StorageUnavailable } from "@clickclack/storage/StorageUnavailable";
import { BOT_ACCESS, type OperationId } from "@clickclack/protocol/http/BotAccess";
import type { TemplatedApp } from "uWebSockets.js";
import { authorize } from "./authentication/authorize.ts";
import { App, us_listen_socket_close } from "./http/uWebSockets.ts";
import { SessionUse } from "./authentication/SessionUse.ts";
import { Authenticator } from "./authentication/Authenticator.ts";
import { Directory } from "./Directory.ts";
import type { AccountState } from "@clickclack/identity/account/Account";
import type { GatewayContext } from "./GatewayContext.ts";
import type { GatewayServices } from "./GatewayServices.ts";
import { HttpAdapter } from "./http/HttpAdapter.ts";
import type { HttpRequest } from "./http/HttpRequest.ts";
import { InFlightRequests } from "./http/InFlightRequests.ts";
import { Invites } from "./invites/Invites.ts";
import { knownUsers } from "./knownUsers.ts";
import { listen, type Listening } from "./http/listen.ts";
import { loggedPath } from "./http/loggedPath.ts";
import { Hub } from "./Hub.ts";
import type { EphemeralFrame } from "./Ephemerals.ts";
import { Admission } from "./limits/Admission.ts";
import { RateLimits } from "./limits/RateLimits.ts";
import { Personals } from "./Personals.ts";
import { Presence } from "./Presence.ts";
import { showProfile } from "./showProfile.ts";
import { topicsForPeople, topicsForScope, userTopic } from "./replica/topics.ts";
import { SideFeeds } from "./SideFeeds.ts";
import { personalFrame } from "./surfaces/clickclack/personalFrame.ts";
import { Reads } from "./Reads.ts";
import type { RingEntry } from "./replica/EventRing.ts";
import type { RoomsSurfaceOptions } from "./rooms/RoomsSurfaceOptions.ts";
import { Replicas } from "./replica/Replicas.ts";
import type { WorkspaceReplica } from "./replica/WorkspaceReplica.ts";
import { clickclackHandlers, encodeEntry } from "./surfaces/clickclack/clickclackHandlers.ts";
import { MAX_REFUSED_BYTES } from "./files/receiveUpload.ts";
import { serveRealtime } from "./surfaces/clickclack/serveRealtime.ts";
import { servePages } from "./pages/servePages.ts";
import { type IrcPorts, IrcSurface } from "./surfaces/irc/IrcSurface.ts";
import type { TerminalPorts } from "./surfaces/terminal/TerminalParts.ts";
import { TerminalSurface } from "./surfaces/terminal/TerminalSurface.ts";
import { Watchers } from "./Watchers.ts";
import { Writes } from "./Writes.ts";

const followSessions = ({ sessionIdleMs: idleMs, accounts }: GatewayServices): SessionUse =>
  new SessionUse({ idleMs, write: (...use) => accounts.useSession(...use) });

/** Sockets are closed over this long on a drain, so that their clients do not all come back at once. */
const DRAIN_MS = 1_000;
/**
 * What came before a drain is done and answered within this, over sockets too; bodies that are still being sent or
 * received are cut off then, and whoever wants the rest of a file asks for it by range. Writes have a shorter bound mostly.
 */
const FINISH_MS = 5_000;

/** One gateway process's server: HTTP and WebSocket on one port, nothing of its own to lose. */
export class Gateway {
  readonly #app: TemplatedApp = App();
  readonly #services: GatewayServices;
  readonly #hub: Hub;
  readonly #presence: Presence;
  readonly #watchers: Watchers;
  readonly #replicas: Replicas;
  readonly #sideFeeds: SideFeeds;
  readonly #irc: IrcSurface;
  readonly #terminal: TerminalSurface;
  readonly #sessions: SessionUse;
  readonly #subscriptions: ReadonlyArray<Subscription>;
  readonly #inFlight = new InFlightRequests();
  #listening: Listening | undefined;

  constructor(services: GatewayServices, irc: IrcPorts, terminal: TerminalPorts) {
    this.#services = services;
    const encode = encodeEntry(services.epoch);
    this.#sessions = followSessions(services);
    const presence = new Presence(services.connections, services.ephemeral);
    this.#presence = presence;
    this.#sideFeeds = new SideFeeds({
      ephemeral: services.ephemeral,
      personalFeed: services.personalFeed,
      onEphemeral: (workspaceId, message) => void this.#showEphemeral(workspaceId, message),
      onPersonal: (workspaceId, event) => this.#showPersonal(workspaceId, event),
    });
    this.#hub = new Hub(this.#app, {
      encode,
      onOccupied: (workspaceId, occupied) => this.#sideFeeds.occupy(workspaceId, occupied),
      ready: (workspaceId) => this.#sideFeeds.ready(workspaceId),
      onPresent: (workspaceId, userId, present) => presence.change(workspaceId, userId, present),
      onClosed: (subscriber) => this.#sessions.touchSocket(subscriber),
    });
    this.#sessions.start(() => this.#hub.subscribers());
    this.#watchers = new Watchers({
      onOccupied: (workspaceId, occupied) => this.#sideFeeds.occupy(workspaceId, occupied),
      ready: (workspaceId) => this.#sideFeeds.ready(workspaceId),
    });
    this.#replicas = this.#openReplicas();
    const reads = new Reads(services, this.#replicas);
    const invites = new Invites(services, reads);
    const context: GatewayContext = {
      services,
      replicas: this.#replicas,
      reads,
      writes: new Writes(services, reads),
      directory: new Directory(services, reads),
      personals: new Personals(services),
      invites,
      signUp: new SignUp(services.signIn.signUp, (code) => invites.isGood(code)),
      presence,
      sessions: this.#sessions,
      watchers: this.#watchers,
      users: knownUsers(services.directory, services.db),
    };
    const authenticator = new Authenticator(services.directory, this.#sessions, services.development);
    const limits = new RateLimits(services);
    this.#subscriptions = this.#follow(context);
    serveRealtime(this.#app, {
      context,
      hub: this.#hub,
      authenticator,
      explain: (error, request) => this.#explain(error, request),
      encode,
      limits,
      inFlight: this.#inFlight,
    });
    const adapter = this.#serveApi(context, authenticator, limits);
    const rooms = this.#roomsOptions(context, authenticator, limits);
    this.#irc = new IrcSurface(this.#app, { ...irc, ...rooms });
    this.#terminal = new TerminalSurface(this.#app, { ...terminal, ...rooms });
    adapter.finish();
  }

  #roomsOptions(
    context: GatewayContext,
    authenticator: Authenticator,
    limits: RateLimits,
  ): RoomsSurfaceOptions {
    return {
      context,
      authenticator,
      limits,
      explain: (error, request) => this.#explain(error, request),
      inFlight: this.#inFlight,
    };
  }

  #serveApi(context: GatewayContext, authenticator: Authenticator, limits: RateLimits): HttpAdapter {
    const adapter = new HttpAdapter(this.#app, {
      proxies: this.#services.proxies,
      inFlight: this.#inFlight,
      admit: (operation, request) => Admission.to(operation as OperationId, limits, request),
      authenticate: (request) => authenticator.authenticate(request),
      isOpen: (operation) => BOT_ACCESS[operation as OperationId] === "open",
      authorize: (operation, caller, payload) => authorize(operation as OperationId, caller, payload),
      jsonOnly: new Set(["consumeMagicLink", "loginWithPassword", "register", "setUp"]),
      streaming: new Map([["createUpload", MAX_REFUSED_BYTES]]),
      explain: (error, request) => this.#explain(error, request),
    });
    adapter.serve(Api as never, clickclackHandlers(context, () => this.#inFlight.draining) as never);
    servePages(this.#app, context.services, this.#inFlight);
    return adapter;
  }

  /** The workspaces that this gateway serves, whose events its sockets and watchers are told of. */
  #openReplicas(): Replicas {
    const { store, snapshots, feed } = this.#services;
    const onEvent = (replica: WorkspaceReplica, entry: RingEntry) => {
      this.#hub.onEvent(replica, entry);
      this.#watchers.onEvent(replica, entry);
    };
    return new Replicas(
      { store, snapshots, feed, onEvent },
      (workspaceId) => this.#hub.hasSockets(workspaceId) || this.#watchers.has(workspaceId),
    );
  }

  /** Listens; returns the port, which is chosen by the system when `port` is 0. */
  async listen(host: string, port: number): Promise<number> {
    this.#listening = await listen(this.#app, host, port);
    return this.#listening.port;
  }

  /** Listens for IRC clients, if the settings say where; returns the ports. */
  listenIrc(): ReturnType<IrcSurface["listen"]> {
    return this.#irc.listen();
  }

  /** Connections of terminals right now. */
  get terminalConnections(): number {
    return this.#terminal.connections;
  }

  /** Not ready any more, no new connections, sockets closed in batches, requests finished. */
  async stop(): Promise<void> {
    this.#inFlight.drain();
    if (this.#listening) us_listen_socket_close(this.#listening.socket);
    await Promise.all([
      this.#hub.drain(DRAIN_MS),
      this.#irc.drain(FINISH_MS),
      this.#terminal.drain(DRAIN_MS, FINISH_MS),
    ]);
    await this.#presence.settled();
    await this.#inFlight.finished(FINISH_MS);
    // At once: a request that came on a kept connection from here on would be carried out, and nobody would be told.
    this.#app.close();
    await Promise.all([this.#irc.close(), this.#terminal.close()]);
    await this.#sessions.stop();
    for (const subscription of this.#subscriptions) subscription.stop();
    this.#sideFeeds.close();
    this.#replicas.close();
  }

  #onAccount(account: AccountState): void {
    this.#hub.onAccount(account);
    this.#irc.onAccount(account);
    this.#terminal.onAccount(account);
  }

  #follow(context: GatewayContext): ReadonlyArray<Subscription> {
    const { directory, announcements, watermarks } = this.#services;
    return [
      directory.onChange((account) => this.#onAccount(account)),
      directory.onProfile((id, seq) => void showProfile(context, this.#hub, id, seq)),
      announcements.listen((watermark) => watermarks.observe(watermark)),
    ];
  }

  /** Shows a frame to those who may see the channel or conversation that it belongs to. */
  async #showEphemeral(workspaceId: string, { frame, scopeId }: EphemeralFrame): Promise<void> {
    this.#watchers.onEphemeral(workspaceId, { frame, ...(scopeId !== undefined && { scopeId }) });
    const replica = await this.#replicas.get(workspaceId).catch(() => undefined);
    if (!replica) return;
    const { user_id: userId } = frame.payload;
    // Guests hear of those whom they see.
    const ofPerson = scopeId === undefined && typeof userId === "string";
    const { state } = replica;
    const topics = ofPerson ? topicsForPeople(state, [userId]) : topicsForScope(state, scopeId);
    this.#hub.publish(topics, JSON.stringify(frame));
  }

  #showPersonal(workspaceId: string, event: PersonalEvent): void {
    const frame = personalFrame(event);
    if (frame) this.#hub.publish([userTopic(workspaceId, event.payload.user_id)], JSON.stringify(frame));
  }

  async #explain(thrown: unknown, request: HttpRequest): Promise<ApiFailure> {
    if (thrown instanceof ApiFailure) return thrown;
    const error = await this.#services.watermarks.reasonFor(thrown);
    if (error instanceof StoreUnavailable) {
      return new ApiFailure(
        "unavailable",
        "the event log is not available right now; nothing is lost, try again",
      );
    }
    if (error instanceof StorageUnavailable)
      return new ApiFailure("unavailable", "the storage of files is not available right now; try again");
    if (error instanceof DatabaseUnavailable) return new ApiFailure("unavailable", error.message);
    if (error instanceof ProjectionBehind) return new ApiFailure("projection_behind", error.message);
    const { method, path, requestId } = request;
    this.#services.log.error(
      { err: error, method, path: loggedPath(path), request_id: requestId },
      "request failed",
    );
    return new ApiFailure(
      "internal",
      "something went wrong here; the request id helps to find it in the log",
    );
  }
}
