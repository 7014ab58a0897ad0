import { CLOSE_CODES } from "@clickclack/protocol/realtime/CloseCodes";
import { TERMINAL_CLOSE_CODES } from "@clickclack/protocol/terminal/TerminalFrames";
import { HELLO_WITHIN_MS, type TerminalConnection } from "./TerminalConnection.ts";

/** Connections are looked through this often, at least and at the most. */
const SWEEP_MS = { least: 50, most: 1_000 };
const WARNED_MS = 60_000;

/** Whoever is idle is warned a minute before it is sent away; half of the time before where that is all there is. */
export const warnedBefore = (idleMs: number): number => (idleMs > WARNED_MS ? WARNED_MS : idleMs / 2);

/** Sends those away who say nothing for too long, do not say who they are, or whose access has ended. */
export class IdleSweep {
  readonly #idleMs: number;
  readonly #connections: () => ReadonlySet<TerminalConnection>;
  readonly #timer: NodeJS.Timeout;

  constructor(idleMs: number, connections: () => ReadonlySet<TerminalConnection>) {
    this.#idleMs = idleMs;
    this.#connections = connections;
    const every = Math.min(SWEEP_MS.most, Math.max(SWEEP_MS.least, idleMs / 20));
    this.#timer = setInterval(() => this.#sweep(Date.now()), every).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sweep(now: number): void {
    for (const connection of this.#connections()) {
      const idle = now - connection.activeAt;
      const expiresAt = connection.caller?.expiresAt;
      if (expiresAt !== undefined && expiresAt <= now) connection.close(CLOSE_CODES.accessRevoked);
      else if (!connection.greeted && idle > HELLO_WITHIN_MS)
        connection.end("hello_expected", "nobody said hello in time", TERMINAL_CLOSE_CODES.refused);
      else if (idle >= this.#idleMs)
        connection.end("idle", "you said nothing for too long", TERMINAL_CLOSE_CODES.idle);
      else if (idle >= this.#warnAfter && !connection.warned) this.#warn(connection);
    }
  }

  get #warnAfter(): number {
    return this.#idleMs - warnedBefore(this.#idleMs);
  }

  #warn(connection: TerminalConnection): void {
    connection.warned = true;
    const seconds = Math.ceil((this.#idleMs - this.#warnAfter) / 1_000);
    connection.notice(`you are idle; say something, or you are disconnected in ${seconds} seconds`);
  }
}
