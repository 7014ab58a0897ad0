import { type Db, withDatabase } from "@clickclack/database/Database";
import { idsElsewhere } from "@clickclack/workspace/projections/idsElsewhere";
import { TransferRefused } from "../TransferRefused.ts";
import type { ExportedCommit } from "./CommitCheck.ts";

/** Ids that one statement asks about. */
const BATCH = 1_000;
const NAMING = ["channel_id", "direct_conversation_id", "message_id", "upload_id"] as const;

/** Makes sure that what an export creates is nobody else's here: an id names one thing in a deployment. */
export class ForeignIds {
  readonly #db: Db;
  readonly #workspaceId: string;
  #batch = new Set<string>();

  constructor(db: Db, workspaceId: string) {
    this.#db = db;
    this.#workspaceId = workspaceId;
  }

  async add({ events }: ExportedCommit): Promise<void> {
    for (const { payload } of events) {
      const fields = payload as Readonly<Record<string, unknown>>;
      for (const name of NAMING) if (typeof fields[name] === "string") this.#batch.add(fields[name]);
    }
    if (this.#batch.size >= BATCH) await this.finish();
  }

  /** Asks about what is left. Throws TransferRefused. */
  async finish(): Promise<void> {
    const ids = [...this.#batch];
    this.#batch = new Set();
    const [foreign] = await withDatabase(() => idsElsewhere(this.#db, this.#workspaceId, ids));
    if (foreign !== undefined)
      throw new TransferRefused(`${foreign} belongs to another workspace here; import with --new-ids`);
  }
}
