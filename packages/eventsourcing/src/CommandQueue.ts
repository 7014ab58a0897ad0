import type { CommandReply } from "./CommandReply.ts";
import type { CommandEnvelope, RecordedEvent, Route } from "./Decider.ts";

/** Commands in one commit, and their bytes: a commit must stay below NATS's usual 1 MiB payload. */
const MAX_MERGED = 256;
const MAX_MERGED_BYTES = 512 * 1024;

/** A command that waits for its turn, and whoever waits for its answer. */
export interface Pending<Command, Event extends RecordedEvent> {
  readonly envelope: CommandEnvelope<Command>;
  readonly route: Route;
  /** Its size on the wire. */
  readonly bytes: number;
  /** Until when, in ms of the mailbox's clock, it is tried again while something that it needs is away. */
  readonly deadline: number;
  /** True once its sender was told that it was not carried out in time: then it must not be begun. */
  readonly expired: boolean;
  readonly reply: (reply: CommandReply<Event>) => void;
}

/** The commands that one aggregate has yet to carry out, in their order. */
export class CommandQueue<Command, Event extends RecordedEvent> {
  #queue: Array<Pending<Command, Event>> = [];

  get length(): number {
    return this.#queue.length;
  }

  push(pending: Pending<Command, Event>): void {
    this.#queue.push(pending);
  }

  /** Puts commands that had their turn before in front of all others, in the order given. */
  putBack(group: ReadonlyArray<Pending<Command, Event>>): void {
    this.#queue = [...group, ...this.#queue];
  }

  /** The first command's route decides; others join it unless that would overtake an earlier one of their sender. */
  takeBatch(): ReadonlyArray<Pending<Command, Event>> {
    const route = this.#queue[0]!.route;
    const batch: Array<Pending<Command, Event>> = [];
    const rest: Array<Pending<Command, Event>> = [];
    const passedOver = new Set<string>();
    let bytes = 0;
    for (const pending of this.#queue) {
      const sender = pending.envelope.actor.user_id;
      const joins =
        !passedOver.has(sender) &&
        batch.length < MAX_MERGED &&
        (batch.length === 0 || bytes + pending.bytes <= MAX_MERGED_BYTES) &&
        sameRoute(route, pending.route);
      if (joins) {
        batch.push(pending);
        bytes += pending.bytes;
      } else {
        rest.push(pending);
        passedOver.add(sender);
      }
    }
    this.#queue = rest;
    return batch;
  }
}

const sameRoute = (a: Route, b: Route): boolean => a.scope === b.scope && a.type === b.type;
