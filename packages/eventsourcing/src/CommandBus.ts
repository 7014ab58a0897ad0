import { commandSubject, positionSubject } from "@clickclack/protocol/nats/Subjects";
import type { Msg } from "@nats-io/transport-node";
import type { ActorHost } from "./ActorHost.ts";
import type { CommandReply } from "./CommandReply.ts";
import type { CommandEnvelope, RecordedEvent } from "./Decider.ts";
import type { EventLog } from "./EventLog.ts";
import { type Position, START, StoreUnavailable } from "./EventStore.ts";
import type { Nats } from "./nats/Nats.ts";

/** A worker answers within its own bound of 3 s; a little more than that, and it is gone. */
const REQUEST_TIMEOUT_MS = 4_000;
/** A worker that holds a lease and does not tell a position within this hangs; the log itself tells it then. */
const POSITION_TIMEOUT_MS = 1_000;
/** How long a command looks for a worker: longer than a lease takes to run out (5 s) and to be noticed (1 s). */
const FIND_WORKER_MS = 8_000;
const FIND_EVERY_MS = 50;

const encoder = new TextEncoder();

/** The actors of this very process, as the bus needs them; an ActorHost is one. */
export type LocalWorker<Command, Event extends RecordedEvent> = Pick<
  ActorHost<never, Command, Event>,
  "holds" | "submit" | "position"
>;

/**
 * Brings commands to the worker that holds the aggregate's partition: straight into the actor when that is this
 * process, by a NATS request otherwise. Sending the same envelope again is safe; the worker knows its id.
 */
export class CommandBus<Command, Event extends RecordedEvent> {
  readonly #nats: Nats;
  readonly #log: EventLog;
  readonly #local: LocalWorker<Command, Event> | undefined;

  constructor(nats: Nats, log: EventLog, local: LocalWorker<Command, Event> | undefined) {
    this.#nats = nats;
    this.#log = log;
    this.#local = local;
  }

  /** The command's fate; `Unavailable` when no worker could be found or its outcome is not known. Never throws. */
  async send(envelope: CommandEnvelope<Command>): Promise<CommandReply<Event>> {
    const deadline = Date.now() + FIND_WORKER_MS;
    for (;;) {
      const reply = await this.#attempt(envelope, deadline);
      if (reply._tag !== "NotOwner") return reply;
      if (Date.now() >= deadline)
        return { _tag: "Unavailable", message: "no worker holds this workspace right now" };
      await new Promise((resume) => setTimeout(resume, FIND_EVERY_MS));
    }
  }

  /** The aggregate's newest stored position, from the worker that holds it, or from the log. Throws StoreUnavailable. */
  async position(aggregate: string): Promise<Position> {
    const local = this.#local;
    if (local?.holds(aggregate)) return local.position(aggregate);
    const reply = await this.#request(
      positionSubject(this.#log.name, this.#log.partition(aggregate)),
      aggregate,
      POSITION_TIMEOUT_MS,
    );
    return reply ? reply.json<Position>() : this.#positionInLog(aggregate);
  }

  /** As the stream's leader knows it: a replica may lag behind what was acknowledged. */
  async #positionInLog(aggregate: string): Promise<Position> {
    const log = this.#log;
    const stream = log.stream(log.partition(aggregate));
    const query = { last_by_subj: log.filter(aggregate) };
    try {
      const message = await this.#nats.manager.streams.getMessage(stream, query);
      if (message === null) return START;
      const { events } = message.json<{ readonly events: ReadonlyArray<RecordedEvent> }>();
      return { version: events.at(-1)!.version, seq: message.seq };
    } catch (cause) {
      throw new StoreUnavailable("the workspace's position is not known right now", { cause });
    }
  }

  async #attempt(envelope: CommandEnvelope<Command>, deadline: number): Promise<CommandReply<Event>> {
    const local = this.#local;
    if (local?.holds(envelope.aggregate)) return local.submit(envelope, sizeOf(envelope));
    if (!this.#nats.connected) return { _tag: "Unavailable", message: "NATS is not connected" };
    const subject = commandSubject(this.#log.name, this.#log.partition(envelope.aggregate));
    const left = Math.max(1, deadline - Date.now());
    const reply = await this.#request(subject, JSON.stringify(envelope), Math.min(REQUEST_TIMEOUT_MS, left));
    return reply ? reply.json<CommandReply<Event>>() : { _tag: "NotOwner" };
  }

  /** The answer, or undefined when nobody listens there or answered in time, or the connection was lost meanwhile. */
  #request(subject: string, data: string, timeout: number): Promise<Msg | undefined> {
    this.#nats.requireConnected();
    return new Promise((resolve) => {
      const settle = (reply?: Msg) => {
        stopFollowing();
        resolve(reply);
      };
      const stopFollowing = this.#nats.onState((state) => {
        if (state === "disconnected") settle();
      });
      this.#nats.connection.request(subject, encoder.encode(data), { timeout }).then(settle, () => settle());
    });
  }
}

/** What surrounds a command's own text on the wire, and what JSON and UTF-8 can make of a character at the most. */
const ENVELOPE_BYTES = 1_000;
const BYTES_PER_CHARACTER = 6;

/** An upper bound of an envelope's size, without writing it out: commands to this very process are never sent. */
const sizeOf = <Command>({ command }: CommandEnvelope<Command>): number =>
  ENVELOPE_BYTES + charactersIn(command) * BYTES_PER_CHARACTER;

const charactersIn = (value: unknown): number => {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + charactersIn(part), 0);
};

/** Listens for the commands and position requests of the partitions that this process holds. */
export class CommandListener<State, Command, Event extends RecordedEvent> {
  readonly #nats: Nats;
  readonly #host: ActorHost<State, Command, Event>;
  readonly #stops = new Map<number, () => void>();

  constructor(nats: Nats, host: ActorHost<State, Command, Event>) {
    this.#nats = nats;
    this.#host = host;
  }

  listen(partition: number): void {
    if (this.#stops.has(partition)) return;
    const { name } = this.#host.log;
    const commands = this.#nats.connection.subscribe(commandSubject(name, partition), {
      callback: (_error, msg) => void this.#carryOut(msg),
    });
    const positions = this.#nats.connection.subscribe(positionSubject(name, partition), {
      callback: (_error, msg) => void this.#tellPosition(msg),
    });
    this.#stops.set(partition, () => {
      commands.unsubscribe();
      positions.unsubscribe();
    });
  }

  leave(partition: number): void {
    this.#stops.get(partition)?.();
    this.#stops.delete(partition);
  }

  async #carryOut(msg: Msg): Promise<void> {
    try {
      const reply = await this.#host.submit(msg.json<CommandEnvelope<Command>>(), msg.data.length);
      msg.respond(JSON.stringify(reply));
    } catch (error) {
      // No command, or the connection was closed meanwhile: the sender runs into its timeout.
      process.emitWarning(error instanceof Error ? error : String(error), { code: "CLICKCLACK_COMMAND" });
    }
  }

  async #tellPosition(msg: Msg): Promise<void> {
    const aggregate = msg.string();
    const position = await this.#host.position(aggregate).catch(() => undefined);
    // Whoever lost the lease may know an old position only.
    if (position && this.#host.holds(aggregate)) msg.respond(JSON.stringify(position));
  }
}
