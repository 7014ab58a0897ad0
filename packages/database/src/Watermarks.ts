import { sql } from "kysely";
import { type Db, withDatabase } from "./Database.ts";

/** How long a read waits for the projection to reach what its caller has seen, before it answers 503. */
const WAIT_MS = 2_000;
/** Announcements may get lost, so a waiting read looks at the checkpoint table this often. */
const LOOK_EVERY_MS = 100;
/** Which tables are live is looked up when this was longer ago: a swap is announced too, but that may get lost. */
const LIVE_KNOWN_FOR_MS = 1_000;

/** SQLSTATE of a statement that names what the tables do not have: a column, a table, a function or operator of its types, a type. */
const OTHER_SHAPE = new Set(["42703", "42P01", "42883", "42804", "42704"]);

/** The tables cannot be read yet: they did not reach the awaited sequence in time, or are not of this program's format. */
export class ProjectionBehind extends Error {
  constructor(projection: string, reason = "has not caught up yet") {
    super(`the ${projection} projection ${reason}`);
    this.name = "ProjectionBehind";
  }
}

/** Formats of the projections that a program reads, by name. */
export type Formats = Readonly<Record<string, number>>;

/** A checkpoint of the tables that were live when it was written. */
export interface Watermark {
  readonly projection: string;
  readonly partition: number;
  readonly generation: number;
  readonly seq: number;
}

/** The live tables of a projection, and how far they are folded at least. What is known of other tables says nothing about these. */
interface Live {
  readonly generation: number;
  readonly format: number;
  readonly folded: Map<number, number>;
}

interface Refusal {
  readonly projection: string;
  readonly reason: string;
  /** Whether it takes longer than anybody should wait. */
  readonly lasting: boolean;
}

interface Waiter {
  readonly projection: string;
  readonly partition: number;
  readonly seq: number;
  readonly resume: () => void;
  readonly fail: (error: unknown) => void;
}

interface Row {
  readonly name: string;
  readonly generation: number;
  readonly format: number;
  readonly partition: number | null;
  readonly seq: number | null;
}

/** Which tables are live and how far they are folded, as far as this process knows; reads wait here for what they must see. */
export class Watermarks {
  readonly #db: Db;
  readonly #formats: Formats;
  #live: ReadonlyMap<string, Live> = new Map();
  /** Why the live tables cannot be read, as of the last look. */
  #refusal: Refusal | undefined;
  /** Monotonic times: of the last look at which tables are live, and of the last sign that they may be others. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  #doubtedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  readonly #waiters = new Set<Waiter>();

  constructor(db: Db, formats: Formats) {
    this.#db = db;
    this.#formats = formats;
  }

  /** Takes note of an announced checkpoint. */
  observe({ projection, partition, generation, seq }: Watermark): void {
    const live = this.#live.get(projection);
    // Other tables than those that we know are live now, or were before: their format is not known, so ask the database.
    if (live?.generation !== generation) this.#doubtedAt = performance.now();
    else if (seq > (live.folded.get(partition) ?? 0)) live.folded.set(partition, seq);
    else return;
    if (this.#isFresh()) this.#tell();
    else if (this.#waiters.size > 0) this.#look().catch(() => undefined);
  }

  /**
   * Resolves once the live tables hold everything up to `seq` and are all of this program's formats. Throws
   * ProjectionBehind, at once where they are of others, or DatabaseUnavailable.
   */
  async reach(projection: string, partition: number, seq: number): Promise<void> {
    if (this.#isFresh() && !this.#refusal && this.#holds(projection, partition, seq)) return;
    await new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(limit);
        clearInterval(looks);
        this.#waiters.delete(waiter);
        settle();
      };
      const fail = (error: unknown) => finish(() => reject(error));
      const waiter: Waiter = { projection, partition, seq, resume: () => finish(resolve), fail };
      this.#waiters.add(waiter);
      // A database that hangs does not make its readers wait longer than a projection that is behind.
      const limit = setTimeout(() => fail(new ProjectionBehind(projection)), WAIT_MS);
      const look = () => void this.#look().catch(fail);
      const looks = setInterval(look, LOOK_EVERY_MS);
      if (!this.#isFresh()) look();
      else this.#tell();
    });
  }

  /** Why this program cannot read the tables that are live right now; undefined when it can. Throws DatabaseUnavailable. */
  async unreadable(): Promise<ProjectionBehind | undefined> {
    await this.#look();
    return refused(this.#refusal);
  }

  /** What an error of a read means: tables that were swapped for those of another format under its hands, or what it says. */
  async reasonFor(thrown: unknown): Promise<unknown> {
    const code = (thrown as { readonly code?: unknown } | undefined)?.code;
    if (typeof code !== "string" || !OTHER_SHAPE.has(code)) return thrown;
    try {
      return (await this.unreadable()) ?? thrown;
    } catch (away) {
      return away;
    }
  }

  #isFresh(): boolean {
    // A swap that mends what cannot be read should be seen soon.
    const trusted = this.#refusal ? LOOK_EVERY_MS : LIVE_KNOWN_FOR_MS;
    return this.#lookedAt > this.#doubtedAt && performance.now() - this.#lookedAt < trusted;
  }

  #refusalOf(live: ReadonlyMap<string, Live>): Refusal | undefined {
    for (const [projection, known] of Object.entries(this.#formats)) {
      const format = live.get(projection)?.format;
      // The first projector that starts makes them, at once.
      if (format === undefined) return { projection, reason: "has no tables yet", lasting: false };
      if (format < known) return { projection, reason: "is being rebuilt for this version", lasting: true };
      if (format > known) return { projection, reason: "has tables of a newer version", lasting: true };
    }
    return undefined;
  }

  #holds(projection: string, partition: number, seq: number): boolean {
    return seq === 0 || (this.#live.get(projection)?.folded.get(partition) ?? 0) >= seq;
  }

  /** Lets those go on whose wait is over. */
  #tell(): void {
    if (!this.#isFresh()) return;
    for (const waiter of this.#waiters) {
      if (this.#refusal?.lasting) waiter.fail(refused(this.#refusal));
      else if (!this.#refusal && this.#holds(waiter.projection, waiter.partition, waiter.seq))
        waiter.resume();
    }
  }

  /** One look at the tables serves everybody who waits. */
  #look(): Promise<void> {
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #read(): Promise<void> {
    const started = performance.now();
    const rows = await withDatabase(async () => {
      const asked = sql<Row>`select p.name, p.generation, p.format, c.partition, c.seq
        from clickclack.projections p left join clickclack.checkpoints c
          on c.projection = p.name and c.generation = p.generation`;
      return (await asked.execute(this.#db)).rows;
    });
    const live = new Map<string, Live>();
    for (const { name, generation, format, partition, seq } of rows) {
      const one = live.get(name) ?? { generation, format, folded: this.#foldedInto(name, generation) };
      live.set(name, one);
      // What was announced since the statement began is newer than its answer.
      if (partition !== null && seq !== null)
        one.folded.set(partition, Math.max(seq, one.folded.get(partition) ?? 0));
    }
    this.#live = live;
    this.#refusal = this.#refusalOf(live);
    this.#lookedAt = started;
    this.#tell();
  }

  #foldedInto(projection: string, generation: number): Map<number, number> {
    const known = this.#live.get(projection);
    return known?.generation === generation ? known.folded : new Map();
  }
}

const refused = (refusal: Refusal | undefined): ProjectionBehind | undefined =>
  refusal && new ProjectionBehind(refusal.projection, refusal.reason);
