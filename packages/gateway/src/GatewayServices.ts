import type { Db } from "@clickclack/database/Database";
import type { Watermarks } from "@clickclack/database/Watermarks";
import type { CommandBus } from "@clickclack/eventsourcing/CommandBus";
import type { Ephemeral } from "@clickclack/eventsourcing/Ephemeral";
import type { EventLog } from "@clickclack/eventsourcing/EventLog";
import type { EventStore } from "@clickclack/eventsourcing/EventStore";
import type { Announcements } from "@clickclack/eventsourcing/Announcements";
import type { LastValues } from "@clickclack/eventsourcing/LastValues";
import type { LiveFeed } from "@clickclack/eventsourcing/LiveFeed";
import type { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { NodeSets } from "@clickclack/eventsourcing/NodeSets";
import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import type { Snapshots } from "@clickclack/eventsourcing/Snapshots";
import type { Throttle } from "@clickclack/eventsourcing/Throttle";
import type { Accounts } from "@clickclack/identity/Accounts";
import type { Profiles } from "@clickclack/identity/Profiles";
import type { AccountDirectory } from "@clickclack/identity/AccountDirectory";
import type { Secrets } from "@clickclack/identity/secrets/Secrets";
import type { SigningIn } from "@clickclack/identity/signin/signingIn";
import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { FileStore } from "@clickclack/storage/FileStore";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import type { EphemeralFrame } from "./Ephemerals.ts";
import type { Setup } from "./signIn/Setup.ts";
import type { SignInServices } from "./signIn/SignInServices.ts";
import type { TrustedProxies } from "./http/TrustedProxies.ts";
import type { ConfiguredLimits } from "./limits/Quota.ts";
import type { DevelopmentMode } from "./authentication/Authenticator.ts";

/** What a gateway tells its operator; pino's logger is one. */
export interface GatewayLog {
  readonly info: (details: object, message: string) => void;
  readonly error: (details: object, message: string) => void;
  readonly debug: (details: object, message: string) => void;
}

/** What a gateway stands on; all of it is shared with nobody's state, so any number of gateways may run. */
export interface GatewayServices extends SigningIn {
  readonly log: GatewayLog;
  /** The log's incarnation, part of every cursor. */
  readonly epoch: number;
  readonly chat: EventLog;
  readonly store: EventStore<WorkspaceEvent>;
  readonly snapshots: Snapshots;
  readonly feed: LiveFeed<WorkspaceEvent>;
  readonly reader: LogReader;
  readonly commands: CommandBus<WorkspaceCommand, WorkspaceEvent>;
  readonly accounts: Accounts;
  readonly profiles: Profiles;
  readonly directory: AccountDirectory;
  readonly reservations: Reservations;
  readonly throttle: Throttle;
  readonly secrets: Secrets;
  /** What people keep for themselves: how far they have read, drafts, preferences. */
  readonly personal: LastValues<PersonalEvent>;
  readonly personalFeed: LiveFeed<PersonalEvent>;
  readonly ephemeral: Ephemeral<EphemeralFrame>;
  /** Who is connected to which gateway. */
  readonly connections: NodeSets;
  readonly announcements: Announcements;
  /** How long a session may lie idle, in milliseconds; 0 for as long as it lasts. */
  readonly sessionIdleMs: number;
  /** Where the bytes of uploads lie. */
  readonly files: FileStore;
  readonly db: Db;
  readonly watermarks: Watermarks;
  readonly signIn: SignInServices;
  /** The first run in the browser; undefined where it is not offered. */
  readonly setup: Setup | undefined;
  /** Development mode, while it is on. */
  readonly development: () => DevelopmentMode | undefined;
  /** How often requests may be made, as far as it was said. */
  readonly limits: ConfiguredLimits;
  readonly proxies: TrustedProxies;
  /** Whether NATS and the database answer, and the read models are of this program's formats. */
  readonly healthy: () => Promise<boolean>;
}
