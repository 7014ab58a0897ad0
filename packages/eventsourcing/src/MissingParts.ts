import type { Aggregate } from "./Aggregate.ts";
import type { Pending } from "./CommandQueue.ts";
import { unavailable } from "./CommandReply.ts";
import type { Decider, RecordedEvent } from "./Decider.ts";
import type { Position } from "./EventStore.ts";

/** Reads parts that a state no longer holds, current at least up to `at`; one for each id, also where there is nothing. */
export type ReadParts = (
  aggregate: string,
  ids: ReadonlyArray<string>,
  at: Position,
) => Promise<ReadonlyArray<unknown>>;

interface Reading<State, Command, Event extends RecordedEvent> {
  readonly aggregate: Aggregate<State>;
  readonly ids: ReadonlyArray<string>;
  readonly waiting: Array<Pending<Command, Event>>;
}

export interface MissingPartsPorts<State, Command, Event extends RecordedEvent> {
  readonly decider: Decider<State, Command, Event>;
  readonly readParts: ReadParts | undefined;
  /** The aggregate in memory, if any. */
  readonly current: () => Aggregate<State> | undefined;
  /** Takes the commands whose wait is over; none when all of them were answered. */
  readonly resume: (group: ReadonlyArray<Pending<Command, Event>>) => void;
  readonly now: () => number;
}

/**
 * Commands that wait, outside of the queue, until a part that the state let go was read; the others go on meanwhile,
 * also when the read model is away. There is one read of a part at a time, and while it is away from the state nothing
 * can be decided about it: so what was read is current when it is put back into the same state.
 */
export class MissingParts<State, Command, Event extends RecordedEvent> {
  readonly #ports: MissingPartsPorts<State, Command, Event>;
  readonly #readings = new Map<string, Reading<State, Command, Event>>();
  #count = 0;

  constructor(ports: MissingPartsPorts<State, Command, Event>) {
    this.#ports = ports;
  }

  /** How many commands wait. */
  get count(): number {
    return this.#count;
  }

  /** What a command lacks to be decided; empty where nothing could read it. */
  lackedBy(state: State, command: Command): ReadonlyArray<string> {
    const { decider, readParts } = this.#ports;
    return readParts && decider.restore ? (decider.missing?.(state, command) ?? []) : [];
  }

  /** Lets a command wait for parts of this aggregate. */
  wait(
    id: string,
    aggregate: Aggregate<State>,
    ids: ReadonlyArray<string>,
    pending: Pending<Command, Event>,
  ): void {
    this.#count++;
    const key = ids.join(" ");
    const known = this.#readings.get(key);
    if (known?.aggregate === aggregate) {
      known.waiting.push(pending);
      return;
    }
    const reading = { aggregate, ids, waiting: [pending] };
    this.#readings.set(key, reading);
    void this.#read(id, key, reading);
  }

  async #read(id: string, key: string, reading: Reading<State, Command, Event>): Promise<void> {
    const { version, seq } = reading.aggregate;
    let again: ReadonlyArray<Pending<Command, Event>> = [];
    try {
      const parts = await this.#ports.readParts!(id, reading.ids, { version, seq });
      again = this.#restore(reading, parts);
    } catch (error) {
      const reply = unavailable(error instanceof Error ? error.message : String(error));
      for (const each of reading.waiting) each.reply(reply);
    }
    if (this.#readings.get(key) === reading) this.#readings.delete(key);
    this.#count -= reading.waiting.length;
    this.#ports.resume(again);
  }

  /** The commands that may be decided now. */
  #restore(
    { aggregate, ids, waiting }: Reading<State, Command, Event>,
    parts: ReadonlyArray<unknown>,
  ): ReadonlyArray<Pending<Command, Event>> {
    const { decider, current, now } = this.#ports;
    // Another state in memory was read from the log meanwhile, and may know more of the part: the commands ask again.
    const same = current() === aggregate;
    if (same) decider.restore!(aggregate.state, parts);
    return waiting.filter((pending) => {
      const stillLacks =
        same && this.lackedBy(aggregate.state, pending.envelope.command).some((id) => ids.includes(id));
      if (!stillLacks && now() < pending.deadline) return true;
      pending.reply(unavailable("an old message could not be looked up in time; try again"));
      return false;
    });
  }
}
