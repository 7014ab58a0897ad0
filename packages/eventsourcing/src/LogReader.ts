import type { EventLog } from "./EventLog.ts";
import { StoreUnavailable } from "./EventStore.ts";
import { directBatch, type DirectMessage, directOne } from "./nats/directGet.ts";
import type { Nats } from "./nats/Nats.ts";

/** Questions about a whole log rather than one aggregate. Methods throw StoreUnavailable. */
export class LogReader {
  readonly #nats: Nats;
  readonly #log: EventLog;

  constructor(nats: Nats, log: EventLog) {
    this.#nats = nats;
    this.#log = log;
  }

  /**
   * The aggregate in whose log some subject matches: `subjectOf(partition)` has a wildcard in the aggregate's place.
   * Undefined when no partition has one.
   */
  async findAggregate(subjectOf: (partition: number) => string): Promise<string | undefined> {
    const partitions = Array.from({ length: this.#log.partitions }, (_, partition) => partition);
    const found = await Promise.all(
      partitions.map((partition) =>
        directOne(this.#nats, this.#log.stream(partition), { last_by_subj: subjectOf(partition) }),
      ),
    );
    const message = found.find((one) => one !== undefined);
    return message && this.#log.aggregateOf(message.subject);
  }

  /**
   * Up to `limit` of a partition's commits after a sequence, as they are stored, in order; none when the log ends
   * there. `subjects` narrows them down.
   */
  page(
    partition: number,
    afterSeq: number,
    limit: number,
    subjects: string = this.#log.subjects(partition),
  ): Promise<ReadonlyArray<DirectMessage>> {
    return directBatch(this.#nats, this.#log.stream(partition), subjects, afterSeq + 1, limit);
  }

  /** The newest stream sequence of each partition. */
  async tails(): Promise<ReadonlyArray<number>> {
    this.#nats.requireConnected();
    const partitions = Array.from({ length: this.#log.partitions }, (_, partition) => partition);
    try {
      const infos = await Promise.all(
        partitions.map((p) => this.#nats.manager.streams.info(this.#log.stream(p))),
      );
      return infos.map((info) => info.state.last_seq);
    } catch (cause) {
      throw new StoreUnavailable("the log's end cannot be read right now", { cause });
    }
  }
}
