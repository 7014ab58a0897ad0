import type { Db } from "./Database.ts";

/** Rows that one transaction will write, collected from a batch of events. */
export interface Changes<Event> {
  /** Folds one event; `seq` is its commit's stream sequence. */
  fold(event: Event, seq: number): void;
  /** Writes what was collected, one statement for each kind of change. */
  write(db: Db, schema: string): Promise<void>;
}

/** Tables that are derived from events, in one file: their definition, the fold of each event, and (beside it) the queries. */
export interface ReadModel<Event> {
  /** Table names and the columns that order a table's rows for comparison. */
  readonly tables: Readonly<Record<string, ReadonlyArray<string>>>;
  /** Creates the tables in a schema that is there already. */
  create(db: Db, schema: string): Promise<void>;
  changes(): Changes<Event>;
}

/** Read models that are folded together and share a checkpoint for each partition of their log. */
export interface Projection<Event> {
  readonly name: string;
  /** Raise it when a table changes shape: the projection is then rebuilt from the log. */
  readonly format: number;
  readonly readModels: ReadonlyArray<ReadModel<Event>>;
}
