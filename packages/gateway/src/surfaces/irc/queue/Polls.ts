import type { Attendance } from "../sessions/Attendance.ts";
import type { Batch } from "./ClientQueue.ts";
import type { LiveReaders } from "./LiveReaders.ts";
import { eventPlace } from "./queueIds.ts";
import type { Placed } from "./Scan.ts";

/** What ended a wait: messages, time, or something for this client that only its record tells. */
export type Woken =
  | { readonly _tag: "Messages"; readonly messages: ReadonlyArray<Placed>; readonly lastId: number }
  | { readonly _tag: "Timeout" }
  | { readonly _tag: "ReadAgain" };

export interface Wait {
  readonly clientId: string;
  readonly userId: string;
  readonly timeoutMs: number;
  /** Told what to call when the client goes away. */
  readonly onAborted: (listener: () => void) => void;
}

interface Parked {
  readonly userId: string;
  readonly wake: (woken: Woken) => void;
}

/** Polls of one client at once; more than its tabs and devices need. */
const MAX_PARKED = 16;

/** Polls that wait for something to happen. */
export class Polls {
  readonly #readers: LiveReaders;
  readonly #attendance: Pick<Attendance, "come" | "go">;
  readonly #parked = new Map<string, Set<Parked>>();
  #size = 0;
  #draining = false;

  constructor(readers: LiveReaders, attendance: Pick<Attendance, "come" | "go">) {
    this.#readers = readers;
    this.#attendance = attendance;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Clients of which a poll waits, and whose they are. */
  clients(): ReadonlyArray<{ readonly clientId: string; readonly userId: string }> {
    return [...this.#parked].map(([clientId, polls]) => ({ clientId, userId: [...polls][0]!.userId }));
  }

  /**
   * Waits from where a read without messages ended. Must be called without an await after the read was brought up to
   * date. The client's oldest poll gives way when there are too many.
   */
  wait(batch: Batch, { clientId, userId, timeoutMs, onAborted }: Wait): Promise<Woken> {
    if (this.#draining) return Promise.resolve({ _tag: "Timeout" });
    const polls = this.#parked.get(clientId) ?? new Set<Parked>();
    if (polls.size >= MAX_PARKED) [...polls][0]!.wake({ _tag: "Timeout" });
    return new Promise((resolve) => {
      const found: Array<Placed> = [];
      const { joined, version } = batch.scan;
      const wake = (woken: Woken) => {
        clearTimeout(timer);
        this.#readers.remove(reader);
        if (polls.delete(parked)) {
          this.#size--;
          this.#attendance.go(userId, true);
        }
        if (polls.size === 0) this.#parked.delete(clientId);
        resolve(woken);
      };
      const reader = {
        userId,
        joined,
        version,
        deliver: (messages: ReadonlyArray<Placed["message"]>, { event }: { event: { version: number } }) => {
          // What comes in one commit, or one read from NATS, goes out in one answer.
          if (found.length === 0)
            queueMicrotask(() => wake({ _tag: "Messages", messages: found, lastId: found.at(-1)!.place }));
          found.push(...messages.map((message, n) => ({ place: eventPlace(event.version, n), message })));
        },
      };
      const parked: Parked = { userId, wake };
      const timer = setTimeout(() => wake({ _tag: "Timeout" }), timeoutMs);
      this.#parked.set(clientId, polls.add(parked));
      this.#size++;
      this.#attendance.come(userId);
      this.#readers.add(reader);
      onAborted(() => wake({ _tag: "Timeout" }));
    });
  }

  /** Something for this client is in its record. */
  wake(clientId: string): void {
    for (const parked of this.#parked.get(clientId) ?? []) parked.wake({ _tag: "ReadAgain" });
  }

  /** Ends the waits of a user whose credential is no longer good; its next request is refused. */
  wakeUser(userId: string): void {
    for (const polls of this.#parked.values())
      for (const parked of polls) if (parked.userId === userId) parked.wake({ _tag: "ReadAgain" });
  }

  /** Answers all of them with nothing, and whoever asks from now on at once. */
  drain(): void {
    this.#draining = true;
    for (const polls of this.#parked.values()) for (const parked of polls) parked.wake({ _tag: "Timeout" });
  }
}
