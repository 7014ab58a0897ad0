import type { Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { AccountState } from "@clickclack/identity/account/Account";
import { CLOSE_CODES } from "@clickclack/protocol/realtime/CloseCodes";
import { TERMINAL_CLOSE_CODES } from "@clickclack/protocol/terminal/TerminalFrames";
import type { TemplatedApp } from "uWebSockets.js";
import { Membership } from "../../rooms/Membership.ts";
import { Names } from "../../rooms/Names.ts";
import type { RoomsSurfaceOptions } from "../../rooms/RoomsSurfaceOptions.ts";
import { foldName } from "../../rooms/nick.ts";
import { GuestNames } from "./GuestNames.ts";
import { GuestSeats } from "./GuestSeats.ts";
import { IdleSweep } from "./IdleSweep.ts";
import { serveMetrics } from "./serveMetrics.ts";
import { serveTerminal, type TerminalSockets } from "./serveTerminal.ts";
import { bringHome } from "./takeRooms.ts";
import { TerminalHub } from "./TerminalHub.ts";
import type { TerminalParts, TerminalPorts } from "./TerminalParts.ts";
import { Turns } from "./Turns.ts";

export type TerminalSurfaceOptions = TerminalPorts & RoomsSurfaceOptions;

/** A guest is called as it typed its name, everybody else by the handle. */
const shownName = ({ handle, displayName }: AccountState): string =>
  foldName(displayName) === handle ? displayName : handle;

/** Rooms for terminals, on the one workspace that they belong to. */
export class TerminalSurface {
  readonly #parts: TerminalParts;
  readonly #sockets: TerminalSockets;
  readonly #sweep: IdleSweep;
  readonly #signals: Promise<Subscription | undefined>;
  #watch: Subscription | undefined;

  constructor(app: TemplatedApp, options: TerminalSurfaceOptions) {
    const { context, settings, signals, authenticator } = options;
    const { services, presence, watchers } = context;
    const names = new Names(services.directory, shownName);
    const hub = new TerminalHub({
      names,
      secrets: services.secrets,
      presence,
      watchers,
      onHomeless: (session) => void bringHome(this.#parts, session).catch(() => undefined),
    });
    const served = { workspace: settings.workspace, setting: "TERMINAL_WORKSPACE" };
    const membership = new Membership(context, served, (id) => {
      this.#watch = watchers.watch(id, {
        onEvent: (replica, entry) => hub.onEvent(replica, entry),
        onEphemeral: (message) => hub.onEphemeral(message),
      });
    });
    const guests = new GuestNames(services.reservations, services.connections, settings.node);
    const guestSeats = new GuestSeats({ context, membership, guests });
    const turns = new Turns(settings.rate);
    this.#parts = {
      context,
      settings,
      signals,
      authenticator,
      names,
      hub,
      membership,
      guests,
      guestSeats,
      turns,
    };
    this.#sockets = serveTerminal(app, { ...options, parts: this.#parts });
    this.#sweep = new IdleSweep(settings.idleMs, () => this.#sockets.connections());
    if (settings.metrics) serveMetrics(app, () => this.connections);
    this.#signals = signals
      .follow("terminal", ({ userId, sessionId }) => this.#endOlder(userId, sessionId))
      .catch(() => undefined);
  }

  /** How many are connected. */
  get connections(): number {
    return this.#sockets.connections().size;
  }

  /** An account or its credentials changed: whoever came by what is no longer good is sent away. */
  onAccount(account: AccountState): void {
    this.#parts.hub.onAccount(account);
  }

  /**
   * Closes every connection, a batch every so often, so that clients do not all come back at the same moment; what came
   * before is done and answered first, which may take `finishMs`.
   */
  async drain(withinMs: number, finishMs: number): Promise<void> {
    const open = [...this.#sockets.connections()];
    const ends: Array<Promise<void>> = [];
    const steps = Math.min(10, open.length);
    for (let step = 0; step < steps; step++) {
      const size = Math.ceil(open.length / steps);
      for (const one of open.slice(step * size, (step + 1) * size))
        ends.push(one.finish(CLOSE_CODES.draining, finishMs));
      const pause = (withinMs / steps) * (0.5 + Math.random());
      if (step < steps - 1) await new Promise((resume) => setTimeout(resume, pause));
    }
    await Promise.all(ends);
  }

  async close(): Promise<void> {
    this.#sweep.stop();
    this.#watch?.stop();
    this.#parts.guestSeats.close();
    this.#parts.hub.close();
    this.#parts.names.close();
    (await this.#signals)?.stop();
  }

  /** Somebody came back by another connection: what is left of the one before is over. */
  #endOlder(userId: string, sessionId: string): void {
    for (const connection of this.#sockets.leaving())
      if (connection.session?.userId === userId) connection.stop();
    for (const connection of this.#sockets.connections()) {
      const { session } = connection;
      if (session?.userId !== userId || session.id === sessionId) continue;
      connection.end("not_allowed", "you came back by another connection", TERMINAL_CLOSE_CODES.refused);
    }
  }
}
