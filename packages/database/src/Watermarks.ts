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
    const deadline = Date.now() + WAIT_MS;
    while ((this.#known.get(key) ?? 0) < seq) {
      if (Date.now() >= deadline) throw new ProjectionBehind(projection);
      if (await this.#announced(key, seq)) return;
      this.observe(projection, partition, await this.#checkpoint(projection, partition));
    }
  }

  #announced(key: string, seq: number): Promise<boolean> {
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters);
    return new Promise((resolve) => {
      const finish = (reached: boolean) => {
        clearTimeout(timer);
        waiters.delete(waiter);
        resolve(reached);
      };
      const timer = setTimeout(() => finish(false), LOOK_EVERY_MS);
      const waiter: Waiter = { seq, resume: () => finish(true) };
      waiters.add(waiter);
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
