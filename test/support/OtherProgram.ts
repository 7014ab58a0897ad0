import { insertRows } from "@clickclack/database/bulk";
import { type Db, openDatabase } from "@clickclack/database/Database";
import { LiveTables } from "@clickclack/database/LiveTables";
import { migrate } from "@clickclack/database/migrate";
import { OtherFormat } from "@clickclack/database/OtherFormat";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { Projection, ReadModel } from "@clickclack/database/ReadModel";
import { Announcements } from "@clickclack/eventsourcing/Announcements";
import { chatLog } from "@clickclack/eventsourcing/EventLog";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { openStreams } from "@clickclack/eventsourcing/openStreams";
import { Projector } from "@clickclack/eventsourcing/Projector";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { ChatProjection } from "@clickclack/workspace/projections/ChatProjection";
import { upcastWorkspaceEvent } from "@clickclack/workspace/WorkspaceDecider";
import { sql } from "kysely";

/** What another version of the program keeps: a table with the name that today's has too, and one that only it has. */
const Said: ReadModel<WorkspaceEvent> = {
  tables: { messages: ["id"], retired: ["id"] },
  create: async (db, schema) => {
    const { schema: at } = db.withSchema(schema);
    const messages = at.createTable("messages").addColumn("id", "text", (col) => col.primaryKey());
    await messages.addColumn("said", "text").execute();
    await at.createTable("retired").addColumn("id", "text").execute();
  },
  changes: () => {
    const rows: Array<{ readonly id: string; readonly said: string }> = [];
    return {
      fold: (event) => {
        if (event.type !== "message.created") return;
        rows.push({ id: event.payload.message_id, said: event.payload.body });
      },
      write: (db, schema) =>
        insertRows(
          db,
          { schema, table: "messages", key: ["id"], columns: { id: "text", said: "text" } },
          rows,
          "overwrite",
        ),
    };
  },
};

export interface OtherProgramOptions {
  readonly nats: string;
  readonly db: string;
  readonly partitions: number;
  /** How much older, or newer, its tables are than today's. */
  readonly difference: number;
}

/** Another version of the program, as far as its chat tables go: it makes them, folds every partition into them, and reads them. */
export class OtherProgram {
  /** What went wrong while it was folding; that other tables are live now is none of it. */
  readonly failures: Array<unknown> = [];
  readonly #db: Db;
  readonly #stops: ReadonlyArray<() => Promise<void>>;

  private constructor(
    nats: Nats,
    { db, close }: ReturnType<typeof openDatabase>,
    definition: Projection<WorkspaceEvent>,
    partitions: number,
  ) {
    this.#db = db;
    const target = new LiveTables(db, definition);
    const announcements = new Announcements(nats);
    const options = {
      nats,
      log: chatLog(partitions),
      upcast: upcastWorkspaceEvent,
      target,
      onProgress: (partition: number, seq: number) => {
        const generation = target.generation!;
        announcements.announce({ projection: definition.name, partition, generation, seq });
      },
      onFailure: (_: number, error: unknown) => {
        if (!(error instanceof OtherFormat)) this.failures.push(error);
      },
    };
    const all = Array.from({ length: partitions }, (_, partition) => new Projector(options, partition));
    this.#stops = [
      async () => void (await Promise.all(all.map((projector) => projector.stop()))),
      close,
      () => nats.close(),
    ];
  }

  /** Starts it, on an empty deployment as the first that makes a log and tables. */
  static async start({ nats, db, partitions, difference }: OtherProgramOptions): Promise<OtherProgram> {
    const connection = await Nats.connect(nats, "another version of the program");
    const database = openDatabase(db);
    await openStreams(connection, { partitions, replicas: 1 });
    await migrate(database.db);
    const format = ChatProjection.format + difference;
    const definition = { name: ChatProjection.name, format, readModels: [Said] };
    await ProjectionTables.open(database.db, definition);
    return new OtherProgram(connection, database, definition, partitions);
  }

  /** What it reads: everything that was said, by message. Throws when the tables are not its own any more. */
  async read(): Promise<ReadonlyMap<string, string>> {
    const asked = sql<{ readonly id: string; readonly said: string }>`select id, said from chat.messages`;
    return new Map((await asked.execute(this.#db)).rows.map(({ id, said }) => [id, said]));
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }
}
