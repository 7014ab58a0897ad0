import { type AppendResult, type Position, StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import type { JetStreamEventStore } from "@clickclack/eventsourcing/JetStreamEventStore";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { TransferRefused } from "../TransferRefused.ts";
import type { ExportedCommit } from "./CommitCheck.ts";

/** A store that does not answer is asked again so often before the import gives up, to be run again. */
const ATTEMPTS = 20;
const RETRY_MS = 250;

/**
 * Appends a workspace's commits, each over exactly the one before it: nothing is doubled, skipped or overtaken, and whoever
 * else writes there is noticed. Several on their way at once would not be faster: the log's disk sets the pace.
 */
export class LogWriter {
  readonly #store: JetStreamEventStore<WorkspaceEvent>;
  readonly #workspaceId: string;
  #at: Position;

  constructor(store: JetStreamEventStore<WorkspaceEvent>, workspaceId: string, at: Position) {
    this.#store = store;
    this.#workspaceId = workspaceId;
    this.#at = at;
  }

  /** Position of the newest commit. */
  get position(): Position {
    return this.#at;
  }

  /** Stores a commit. Throws TransferRefused when somebody else writes here, StoreUnavailable when the log is away for long. */
  async write(commit: ExportedCommit): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { version } = commit.events.at(-1)!;
        const appended = await this.#append(commit);
        if (appended._tag === "Appended") return void (this.#at = { version, seq: appended.seq });
        return await this.#requireOurs(commit);
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || attempt === ATTEMPTS) throw error;
        await new Promise((resume) => setTimeout(resume, RETRY_MS));
      }
    }
  }

  #append({ id, scope, type, events }: ExportedCommit): Promise<AppendResult> {
    return this.#store.append(this.#workspaceId, this.#at.seq, { scope, type }, { id, events });
  }

  /** What stands there instead is this very commit, of which only the acknowledgement got lost, or somebody else's. */
  async #requireOurs(commit: ExportedCommit): Promise<void> {
    const [next] = await this.#store.read(this.#workspaceId, this.#at.seq, 1);
    // A replica that answers reads may not have yet what the leader refused us for.
    if (!next) throw new StoreUnavailable("the log's end cannot be read right now; run the import again");
    if (next.commit.id !== commit.id) throw foreign(this.#workspaceId);
    this.#at = { version: commit.events.at(-1)!.version, seq: next.seq };
  }
}

const foreign = (workspaceId: string): TransferRefused =>
  new TransferRefused(
    `somebody else wrote to ${workspaceId} while it was imported: what was imported until then stays, and the import cannot go on; ` +
      "delete that workspace, and import with --new-ids",
  );
