import type { Position } from "@clickclack/eventsourcing/EventStore";
import type { Deployment } from "../../Deployment.ts";
import type { LoggedCommit } from "../exporting/readWorkspaceLog.ts";
import { readWorkspaceLog } from "../exporting/readWorkspaceLog.ts";
import type { IdMap } from "../mapping/IdMap.ts";
import { TransferRefused } from "../TransferRefused.ts";
import type { ExportedCommit } from "./CommitCheck.ts";

const BESIDE = "import it beside that one with --new-ids";

/** The log that an import would write to, walked through beside the export: is it the same history so far? */
export class TargetLog {
  readonly #advice: string;
  readonly #map: IdMap;
  readonly #commits: AsyncGenerator<LoggedCommit>;
  /** Commits of the export that are there already. */
  present = 0;
  /** Position of the newest of them. */
  position: Position = { version: 0, seq: 0 };

  private constructor(map: IdMap, commits: AsyncGenerator<LoggedCommit>, advice: string) {
    this.#advice = advice;
    this.#map = map;
    this.#commits = commits;
  }

  static async open(deployment: Deployment, map: IdMap, advice = BESIDE): Promise<TargetLog> {
    const position = await deployment.chatStore.position(map.workspaceId);
    return new TargetLog(map, flatten(readWorkspaceLog(deployment, map.workspaceId, position)), advice);
  }

  /** Compares the next commit of the export with what is there. Throws TransferRefused where that is something else. */
  async compare(commit: ExportedCommit): Promise<void> {
    const { value: there } = (await this.#commits.next()) as { readonly value: LoggedCommit | undefined };
    if (!there) return;
    const { idOf } = this.#map;
    const same =
      there.id === idOf(commit.id) &&
      there.events.length === commit.events.length &&
      there.events.every(({ id, version, type }, i) => {
        const event = commit.events[i]!;
        return id === idOf(event.id) && version === event.version && type === event.type;
      });
    if (!same)
      throw new TransferRefused(
        `there is a workspace ${this.#map.workspaceId} with another history (from version ${there.events[0]!.version} on); ` +
          this.#advice,
      );
    this.present++;
    this.position = { version: there.events.at(-1)!.version, seq: there.seq };
  }
}

async function* flatten(pages: AsyncGenerator<ReadonlyArray<LoggedCommit>>): AsyncGenerator<LoggedCommit> {
  for await (const page of pages) yield* page;
}
