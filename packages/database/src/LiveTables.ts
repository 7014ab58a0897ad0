import type { Db } from "./Database.ts";
import { ProjectionTables } from "./ProjectionTables.ts";
import type { Projection } from "./ReadModel.ts";

type Commits<Event> = Parameters<ProjectionTables<Event>["apply"]>[3];

/**
 * The tables of a projection that are live, whichever those are: a projector that finds others live than it knew
 * looks its checkpoint up again and goes on there.
 */
export class LiveTables<Event> {
  readonly projection: string;
  readonly #db: Db;
  readonly #definition: Projection<Event>;
  #tables: ProjectionTables<Event>;

  private constructor(db: Db, definition: Projection<Event>, tables: ProjectionTables<Event>) {
    this.projection = definition.name;
    this.#db = db;
    this.#definition = definition;
    this.#tables = tables;
  }

  /** Opens the live tables, made now if there are none or if their format is an older one. */
  static async open<Event>(db: Db, definition: Projection<Event>): Promise<LiveTables<Event>> {
    return new LiveTables(db, definition, await ProjectionTables.open(db, definition));
  }

  /** The stream sequence up to which everything is folded. Throws when another program's format is live by now. */
  async checkpoint(partition: number): Promise<number> {
    const tables = await ProjectionTables.live(this.#db, this.#definition);
    // Partitions share this: one that still holds an older generation's checkpoint is refused by the newer tables.
    this.#tables = tables;
    return tables.checkpoint(partition);
  }

  apply(partition: number, from: number, to: number, commits: Commits<Event>): Promise<boolean> {
    return this.#tables.apply(partition, from, to, commits);
  }
}
