import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { type WorkspaceEvent, WorkspaceEventSchemas } from "@clickclack/protocol/events/WorkspaceEvents";
import { isId } from "@clickclack/protocol/Ids";
import { NO_SCOPE } from "@clickclack/protocol/nats/Subjects";
import { upcastWorkspaceEvent, WorkspaceDecider } from "@clickclack/workspace/WorkspaceDecider";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { CommitLine } from "../format/ExportFormat.ts";
import type { Line } from "../format/readLines.ts";
import { TransferRefused } from "../TransferRefused.ts";
import { plainProblem } from "./plainProblem.ts";

const STRICT = { onExcessProperty: "error" } as const;
const decodeLine = Schema.decodeUnknownResult(CommitLine, STRICT);
const TYPE = /^[a-z_]{1,40}\.[a-z_]{1,40}$/;

type Decode = (event: unknown) => Result.Result<unknown, unknown>;

/** A commit of an export, its events in today's format. */
export interface ExportedCommit {
  readonly id: string;
  readonly scope: string;
  readonly type: string;
  readonly events: ReadonlyArray<WorkspaceEvent>;
}

/** A line of commits.jsonl as a commit; whoever calls has checked it before. */
export const exportedCommit = ({ value }: Line): ExportedCommit => {
  const { events, ...commit } = value as Omit<ExportedCommit, "events"> & {
    readonly events: ReadonlyArray<RecordedEvent>;
  };
  return { ...commit, events: events.map(upcastWorkspaceEvent) };
};

/** Checks an export's commits in their order: each is well formed, and follows from those before it. */
export class CommitCheck {
  readonly #workspaceId: string;
  readonly #decoders = new Map<string, Decode>();
  #state: WorkspaceState;
  version = 0;

  constructor(workspaceId: string) {
    this.#workspaceId = workspaceId;
    this.#state = WorkspaceDecider.initial(workspaceId);
  }

  /** Checks the next line. Throws TransferRefused, naming it. */
  check(line: Line): ExportedCommit {
    const decoded = decodeLine(line.value);
    if (Result.isFailure(decoded)) throw bad(line, String(decoded.failure));
    const { id, scope, type } = decoded.success;
    if (!isId("cmt", id)) throw bad(line, "its id is none of a commit");
    if (scope !== NO_SCOPE && !isId("chn", scope) && !isId("dm", scope))
      throw bad(line, "its scope is neither a channel nor a conversation");
    if (!TYPE.test(type)) throw bad(line, "its type is none");
    const commit = this.#upcast(line);
    for (const event of commit.events) this.#checkEvent(line, event);
    return commit;
  }

  #upcast(line: Line): ExportedCommit {
    try {
      return exportedCommit(line);
    } catch (error) {
      throw bad(line, (error as Error).message);
    }
  }

  #checkEvent(line: Line, event: WorkspaceEvent): void {
    const decoded = this.#decoder(line, event.type)(event);
    if (Result.isFailure(decoded)) throw bad(line, `an event is malformed: ${String(decoded.failure)}`);
    const problem = plainProblem(event);
    if (problem !== undefined) throw bad(line, problem);
    if (event.workspace_id !== this.#workspaceId) throw bad(line, "an event is of another workspace");
    if (event.version !== ++this.version)
      throw bad(line, `version ${this.version} is expected, and ${event.version} found`);
    if ((this.version === 1) !== (event.type === "workspace.created"))
      throw bad(line, "a workspace's log begins with its creation, and has no other");
    this.#fold(line, event);
  }

  /** As the workspace's own actor will fold it: what it cannot fold would keep everybody out. */
  #fold(line: Line, event: WorkspaceEvent): void {
    if (event.type === "message.created") {
      const channel = this.#state.channels.get(event.channel_id ?? "");
      if (event.payload.channel_seq !== (channel?.lastSeq ?? -1) + 1)
        throw bad(line, "a message is not the next one of its channel");
    }
    try {
      this.#state = WorkspaceDecider.evolve(this.#state, event) ?? this.#state;
    } catch {
      throw bad(line, `${event.type} does not follow from the events before it`);
    }
  }

  #decoder(line: Line, type: string): Decode {
    const known = this.#decoders.get(type);
    if (known) return known;
    const schemas: Readonly<Record<string, Schema.Codec<unknown>>> = WorkspaceEventSchemas;
    if (!Object.hasOwn(schemas, type))
      throw bad(line, `this program knows no events ${type}; import with a newer one`);
    const decode = Schema.decodeUnknownResult(schemas[type]!, STRICT);
    this.#decoders.set(type, decode);
    return decode;
  }
}

const bad = ({ where }: Line, why: string): TransferRefused => new TransferRefused(`${where}: ${why}`);
