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
  #tables: ProjectionTables<Event> | undefined;

  constructor(db: Db, definition: Projection<Event>) {
    this.projection = definition.name;
    this.#db = db;
    this.#definition = definition;
  }

  /** The tables that were live when the checkpoint was last looked up. */
  get generation(): number | undefined {
    return this.#tables?.generation;
  }

  /** The stream sequence up to which everything is folded. Throws OtherFormat as long as another program's tables are live. */
  async checkpoint(partition: number): Promise<number> {
    const tables = await ProjectionTables.live(this.#db, this.#definition);
    // Partitions share this: one that still holds an older generation's checkpoint is refused by the newer tables.
    this.#tables = tables;
    return tables.checkpoint(partition);
  }

  async apply(partition: number, from: number, to: number, commits: Commits<Event>): Promise<boolean> {
    return (await this.#tables?.apply(partition, from, to, commits)) ?? false;
  }
}
