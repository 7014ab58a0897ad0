import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { type EventLog, identityLog } from "@clickclack/eventsourcing/EventLog";
import { upcastIdentityEvent } from "@clickclack/identity/account/Account";
import { IdentityEventSchemas } from "@clickclack/protocol/events/IdentityEvents";
import { type WorkspaceEvent, WorkspaceEventSchemas } from "@clickclack/protocol/events/WorkspaceEvents";
import { upcastWorkspaceEvent } from "@clickclack/workspace/WorkspaceDecider";
import type { LogRules } from "./LogAudit.ts";

/** Messages of a channel and replies of a thread are numbered without gaps. */
const countedInWorkspace: LogRules["counted"] = (recorded: RecordedEvent) => {
  const event = recorded as WorkspaceEvent;
  if (event.type === "message.created")
    return [[`channel_seq of ${event.channel_id}`, event.payload.channel_seq]];
  if (event.type === "thread.reply_created")
    return [[`thread_seq of ${event.payload.root_message_id}`, event.payload.thread_seq]];
  return [];
};

/** What holds in each log of a deployment. */
export const logRules = (chat: EventLog): ReadonlyArray<LogRules> => [
  {
    log: chat,
    upcast: upcastWorkspaceEvent,
    schemas: WorkspaceEventSchemas,
    idField: "workspace_id",
    counted: countedInWorkspace,
  },
  {
    log: identityLog,
    upcast: upcastIdentityEvent,
    schemas: IdentityEventSchemas,
    idField: "account_id",
    counted: () => [],
  },
];
