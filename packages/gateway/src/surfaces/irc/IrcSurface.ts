import type { Ephemeral } from "@clickclack/eventsourcing/Ephemeral";
import type { Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { AccountState } from "@clickclack/identity/account/Account";
import { newId } from "@clickclack/protocol/Ids";
import type { TemplatedApp } from "uWebSockets.js";
import { channelRoutes } from "./http/channelRoutes.ts";
import { IrcHttp } from "./http/IrcHttp.ts";
import { messageRoutes } from "./http/messageRoutes.ts";
import { serverRoutes } from "./http/serverRoutes.ts";
import { sessionRoutes } from "./http/sessionRoutes.ts";
import type { IrcSettings } from "./IrcSettings.ts";
import type { IrcSurfaceParts } from "./IrcSurfaceParts.ts";
import { IrcListener } from "./listener/IrcListener.ts";
import type { TagMessage } from "./listener/tagMessage.ts";
import { Names } from "../../rooms/Names.ts";
import type { RoomsSurfaceOptions } from "../../rooms/RoomsSurfaceOptions.ts";
import { nickFromHandle } from "../../rooms/nick.ts";
import { servePage } from "./page/servePage.ts";
import { ClientQueue } from "./queue/ClientQueue.ts";
import { LiveReaders } from "./queue/LiveReaders.ts";
import { Polls } from "./queue/Polls.ts";
import { Attendance } from "./sessions/Attendance.ts";
import { Clients } from "./sessions/Clients.ts";
import { Membership } from "../../rooms/Membership.ts";
import type { Passwords } from "./sessions/passwords.ts";
import type { IrcRecords } from "./sessions/records.ts";
import { Sessions } from "./sessions/Sessions.ts";
import { SessionStore } from "./sessions/SessionStore.ts";
import { Sweep } from "./sessions/Sweep.ts";

/** Told to all gateways: something waits for a client that only its record tells, or tags are to be passed on. */
export type IrcSignal =
  | { readonly clientId: string }
  /** `by` is the gateway that has told its own connections already. */
  | { readonly told: TagMessage; readonly by: string };

/** What IRC needs besides what every surface does. */
export interface IrcPorts {
  readonly settings: IrcSettings;
  readonly records: IrcRecords;
  readonly signals: Ephemeral<IrcSignal>;
  readonly passwords: Passwords;
}

export type IrcSurfaceOptions = IrcPorts & RoomsSurfaceOptions;

const SIGNALS = "irc.client";

/** IRC over HTTP and over TCP, on the one workspace that is this server. */
export class IrcSurface {
  readonly #parts: IrcSurfaceParts;
  readonly #names: Names;
  readonly #readers: LiveReaders;
  readonly #polls: Polls;
  readonly #attendance: Attendance;
  readonly #sweep: Sweep;
  readonly #listener: IrcListener;
  #watch: Subscription | undefined;
  readonly #signals: Promise<Subscription | undefined>;

  constructor(app: TemplatedApp, options: IrcSurfaceOptions) {
    const { context, settings, records, signals, passwords, authenticator, limits, explain, inFlight } =
      options;
    this.#names = new Names(context.services.directory, ({ handle }) => nickFromHandle(handle));
    this.#readers = new LiveReaders(this.#names, settings.serverName);
    this.#attendance = new Attendance((userId, present) => {
      const { knownId } = membership;
      if (knownId !== undefined) context.presence.change(knownId, userId, present);
    });
    this.#polls = new Polls(this.#readers, this.#attendance);
    const store = new SessionStore(records);
    const membership = new Membership(context, { ...settings, setting: "IRC_WORKSPACE" }, (id) => {
      this.#watch = context.watchers.watch(id, {
        onEvent: (replica, entry) => this.#readers.onEvent(replica, entry),
      });
    });
    const names = this.#names;
    const sessions = new Sessions({ context, settings, store, names, membership, passwords });
    const base = { context, settings, names, store, sessions, membership };
    const queueFor: IrcSurfaceParts["queueFor"] = async ({ caller, clientId }, messages) => {
      await store.queue(caller.account.id, clientId, messages);
      signals.publish(SIGNALS, { clientId });
      this.#polls.wake(clientId);
    };
    const by = newId("req");
    const relay: IrcSurfaceParts["relay"] = (told) => {
      this.#listener.relay(told);
      signals.publish(SIGNALS, { told, by });
    };
    const queue = new ClientQueue({ context, records, names, settings });
    const live = { readers: this.#readers, polls: this.#polls, attendance: this.#attendance };
    this.#parts = { ...base, ...live, queue, queueFor, relay };
    const clients = new Clients(base, authenticator);
    new IrcHttp(
      app,
      {
        explain,
        limits,
        inFlight,
        log: context.services.log,
        proxies: context.services.proxies,
        callerOf: (request) => clients.caller(request),
      },
      [
        ...sessionRoutes(base, clients),
        ...channelRoutes(base, clients),
        ...messageRoutes(this.#parts, clients),
        ...serverRoutes(base, () => inFlight.draining),
      ],
    );
    this.#listener = new IrcListener(this.#parts);
    servePage(app);
    const log = context.services.log;
    this.#sweep = new Sweep(base, {
      present: () => [...this.#polls.clients(), ...this.#listener.clients()],
      onError: (error) => log.error({ err: error }, "sweeping IRC's sessions failed; trying again"),
    });
    // Without NATS there is nobody to signal; polls find what waits for them when they end.
    this.#signals = signals
      .follow(SIGNALS, (signal) => {
        if ("clientId" in signal) this.#polls.wake(signal.clientId);
        else if (signal.by !== by) this.#listener.relay(signal.told);
      })
      .catch(() => undefined);
  }

  /** An account or its credentials changed: whoever waits by what is no longer good hears of it. */
  onAccount(account: AccountState): void {
    this.#polls.wakeUser(account.id);
    this.#listener.onAccount(account);
  }

  /** Listens for IRC clients, if the settings say where; returns the ports. Who was here before a crash is not any more. */
  async listen(): ReturnType<IrcListener["listen"]> {
    if (this.#parts.settings.listen || this.#parts.settings.tls) await this.#sweep.endLeftOver();
    return this.#listener.listen();
  }

  /** Answers parked polls, and ends connections, which may take `finishMs` for what came on them before. */
  async drain(finishMs: number): Promise<void> {
    this.#polls.drain();
    await this.#listener.drain(finishMs);
    await this.#sweep.stop();
  }

  async close(): Promise<void> {
    this.#watch?.stop();
    this.#attendance.close();
    this.#names.close();
    (await this.#signals)?.stop();
  }
}
