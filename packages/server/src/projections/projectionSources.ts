import type { Projection } from "@clickclack/database/ReadModel";
import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { type EventLog, identityLog, readsLog } from "@clickclack/eventsourcing/EventLog";
import type { Upcaster } from "@clickclack/eventsourcing/Upcaster";
import { upcastIdentityEvent } from "@clickclack/identity/account/Account";
import { IdentityProjection } from "@clickclack/identity/projections/IdentityProjection";
import { ChatProjection } from "@clickclack/workspace/projections/ChatProjection";
import { upcastPersonalEvent } from "@clickclack/workspace/personal/Personal";
import { PersonalProjection } from "@clickclack/workspace/projections/PersonalProjection";
import { upcastWorkspaceEvent } from "@clickclack/workspace/WorkspaceDecider";

/** A projection and the log that it is folded from. */
export interface ProjectionSource {
  readonly definition: Projection<RecordedEvent>;
  readonly log: EventLog;
  readonly upcast: Upcaster<RecordedEvent>;
}

/** Which events a projection folds is between it and its log; whoever runs projections need not know. */
const source = <Event extends RecordedEvent>(
  definition: Projection<Event>,
  log: EventLog,
  upcast: Upcaster<Event>,
): ProjectionSource => ({ definition, log, upcast });

/** All projections of a deployment. */
export const projectionSources = (chat: EventLog): ReadonlyArray<ProjectionSource> => [
  source(ChatProjection, chat, upcastWorkspaceEvent),
  source(IdentityProjection, identityLog, upcastIdentityEvent),
  source(PersonalProjection, readsLog, upcastPersonalEvent),
];

/** Names of all projections. */
export const PROJECTIONS: ReadonlyArray<string> = [
  ChatProjection.name,
  IdentityProjection.name,
  PersonalProjection.name,
];
