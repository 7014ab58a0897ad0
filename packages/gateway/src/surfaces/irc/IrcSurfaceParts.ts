import type { IrcActor, IrcParts } from "./IrcParts.ts";
import type { TagMessage } from "./listener/tagMessage.ts";
import type { IrcMessage } from "./model/IrcMessage.ts";
import type { ClientQueue } from "./queue/ClientQueue.ts";
import type { Attendance } from "./sessions/Attendance.ts";
import type { LiveReaders } from "./queue/LiveReaders.ts";
import type { Polls } from "./queue/Polls.ts";

/** What both transports of this surface share. */
export interface IrcSurfaceParts extends IrcParts {
  readonly queue: ClientQueue;
  readonly readers: LiveReaders;
  readonly polls: Polls;
  readonly attendance: Attendance;
  /** Puts messages that are not in the log into a client's queue, and wakes its polls on every gateway. */
  readonly queueFor: (
    actor: Pick<IrcActor, "caller" | "clientId">,
    messages: ReadonlyArray<IrcMessage>,
  ) => Promise<void>;
  /** Tells of tags on every gateway, here at once. Throws StoreUnavailable when NATS is away. */
  readonly relay: (told: TagMessage) => void;
}
