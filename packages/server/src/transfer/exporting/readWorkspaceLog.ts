import { type Position, StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import { decodeCommit } from "@clickclack/eventsourcing/JetStreamEventStore";
import type { DirectMessage } from "@clickclack/eventsourcing/nats/directGet";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { upcastWorkspaceEvent } from "@clickclack/workspace/WorkspaceDecider";
import type { Deployment } from "../../Deployment.ts";

/** Commits read at a time: about a megabyte, and never more than eight. */
const PAGE = 1_000;
/** A replica that answers reads may lag behind the position that another one told. */
const LAG_ATTEMPTS = 80;
const LAG_EVERY_MS = 25;

/** A commit of a workspace as it is stored, its events in today's format. */
export interface LoggedCommit {
  readonly seq: number;
  readonly id: string;
  readonly scope: string;
  readonly type: string;
  readonly events: ReadonlyArray<WorkspaceEvent>;
}

/** A workspace's commits in their order, a page at a time, up to a position that was reached. Throws StoreUnavailable. */
export async function* readWorkspaceLog(
  { chat, chatReader }: Deployment,
  workspaceId: string,
  upTo: Position,
): AsyncGenerator<ReadonlyArray<LoggedCommit>> {
  const partition = chat.partition(workspaceId);
  const read = (after: number) => {
    const page = chatReader.page(partition, after, PAGE, chat.filter(workspaceId));
    // Whoever gave up meanwhile does not wait for it, and its failure must not be one that nobody handles.
    page.catch(() => undefined);
    return page;
  };
  let at = 0;
  let next = read(at);
  for (let empty = 0; at < upTo.seq;) {
    const page = await next;
    if (page.length === 0) {
      if (++empty === LAG_ATTEMPTS) throw new StoreUnavailable("the log's end cannot be read right now");
      await new Promise((resume) => setTimeout(resume, LAG_EVERY_MS));
      next = read(at);
      continue;
    }
    empty = 0;
    at = page.at(-1)!.seq;
    // The next page is on its way while this one is worked on.
    if (at < upTo.seq) next = read(at);
    yield page.filter(({ seq }) => seq <= upTo.seq).map(loggedCommit);
  }
}

const loggedCommit = ({ subject, seq, data }: DirectMessage): LoggedCommit => {
  const [, , , scope = "", ...type] = subject.split(".");
  const { id, events } = decodeCommit(data, upcastWorkspaceEvent);
  return { seq, id, scope, type: type.join("."), events };
};
