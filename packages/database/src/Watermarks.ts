import { type Db, withDatabase } from "./Database.ts";

/** How long a read waits for the projection to reach what its caller has seen, before it answers 503. */
const WAIT_MS = 2_000;
/** Announcements may get lost, so a waiting read looks at the checkpoint table this often. */
const LOOK_EVERY_MS = 100;

/** The projection did not reach the awaited sequence in time. */
export class ProjectionBehind extends Error {
  constructor(projection: string) {
    super(`the ${projection} projection has not caught up yet`);
    this.name = "ProjectionBehind";
  }
}

interface Waiter {
  readonly seq: number;
  readonly resume: () => void;
}

/** How far each projection is folded, as far as this process knows; reads wait here for what they must see. */
export class Watermarks {
  readonly #db: Db;
  readonly #known = new Map<string, number>();
  readonly #looks = new Map<string, Promise<number>>();
  readonly #waiters = new Map<string, Set<Waiter>>();

  constructor(db: Db) {
    this.#db = db;
  }

  /** Takes note of an announced checkpoint. */
  observe(projection: string, partition: number, seq: number): void {
    const key = `${projection}.${partition}`;
    if (seq <= (this.#known.get(key) ?? 0)) return;
    this.#known.set(key, seq);
    for (const waiter of this.#waiters.get(key) ?? []) if (waiter.seq <= seq) waiter.resume();
  }

  /** Resolves once the tables hold everything up to `seq`. Throws ProjectionBehind or DatabaseUnavailable. */
  async reach(projection: string, partition: number, seq: number): Promise<void> {
    const key = `${projection}.${partition}`;
    if ((this.#known.get(key) ?? 0) >= seq) return;
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters);
    await new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(limit);
        clearInterval(looks);
        waiters.delete(waiter);
        settle();
      };
      const waiter: Waiter = { seq, resume: () => finish(resolve) };
      waiters.add(waiter);
      // A database that hangs does not make its readers wait longer than a projection that is behind.
      const limit = setTimeout(() => finish(() => reject(new ProjectionBehind(projection))), WAIT_MS);
      const looks = setInterval(() => {
        const failed = (error: unknown) => finish(() => reject(error));
        this.#checkpoint(projection, partition).then((at) => this.observe(projection, partition, at), failed);
      }, LOOK_EVERY_MS);
    });
  }

  /** One look at the table serves everybody who waits. */
  #checkpoint(projection: string, partition: number): Promise<number> {
    const key = `${projection}.${partition}`;
    const running = this.#looks.get(key);
    if (running) return running;
    const look = this.#look(projection, partition).finally(() => this.#looks.delete(key));
    this.#looks.set(key, look);
    return look;
  }

  #look(projection: string, partition: number): Promise<number> {
    return withDatabase(async () => {
      const row = await this.#db
        .selectFrom("clickclack.checkpoints as c")
        .innerJoin("clickclack.projections as p", (join) =>
          join.onRef("p.name", "=", "c.projection").onRef("p.generation", "=", "c.generation"),
        )
        .select("c.seq")
        .where("c.projection", "=", projection)
        .where("c.partition", "=", partition)
        .executeTakeFirst();
      return row ? Number(row.seq) : 0;
    });
  }
}
