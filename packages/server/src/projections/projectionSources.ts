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

const DEFINITIONS = [ChatProjection, IdentityProjection, PersonalProjection];

/** Names of all projections. */
export const PROJECTIONS: ReadonlyArray<string> = DEFINITIONS.map(({ name }) => name);

/** The formats of tables that this program folds into and reads, by projection. */
export const FORMATS: Readonly<Record<string, number>> = Object.fromEntries(
  DEFINITIONS.map(({ name, format }) => [name, format]),
);

/**
 * The leases of those who fold into tables of this format. Programs of two formats run at once during an upgrade, and
 * each folds all partitions into its own tables.
 */
export const projectorLeases = ({ name, format }: { readonly name: string; readonly format: number }) =>
  `projector_leases_${name}_${format}`;
