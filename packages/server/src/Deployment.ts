import { type CommandBus, CommandBus as Bus } from "@clickclack/eventsourcing/CommandBus";
import { ActorHost } from "@clickclack/eventsourcing/ActorHost";
import { Announcements } from "@clickclack/eventsourcing/Announcements";
import { chatLog, type EventLog, identityLog, readsLog } from "@clickclack/eventsourcing/EventLog";
import { JetStreamEventStore } from "@clickclack/eventsourcing/JetStreamEventStore";
import { JetStreamLastValues } from "@clickclack/eventsourcing/JetStreamLastValues";
import { JetStreamDocuments } from "@clickclack/eventsourcing/JetStreamDocuments";
import { JetStreamReservations } from "@clickclack/eventsourcing/JetStreamReservations";
import { JetStreamSnapshots } from "@clickclack/eventsourcing/JetStreamSnapshots";
import { JetStreamThrottle } from "@clickclack/eventsourcing/JetStreamThrottle";
import { LiveFeed } from "@clickclack/eventsourcing/LiveFeed";
import { LogReader } from "@clickclack/eventsourcing/LogReader";
import { MetaStore } from "@clickclack/eventsourcing/MetaStore";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { openStreams } from "@clickclack/eventsourcing/openStreams";
import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import type { Ownership } from "@clickclack/eventsourcing/Ownership";
import {
  AccountDecider,
  type AccountCommand,
  type AccountState,
  upcastIdentityEvent,
} from "@clickclack/identity/account/Account";
import { AccountDirectory } from "@clickclack/identity/AccountDirectory";
import { Accounts, type AccountsPorts } from "@clickclack/identity/Accounts";
import { Argon2Hasher } from "@clickclack/identity/password/Argon2Hasher";
import { Profiles } from "@clickclack/identity/Profiles";
import { newSecretKey, Secrets } from "@clickclack/identity/secrets/Secrets";
import type { SignInLimits } from "@clickclack/identity/signin/FailedSignIns";
import { type SigningIn, signingIn } from "@clickclack/identity/signin/signingIn";
import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { Position } from "@clickclack/eventsourcing/EventStore";
import type { ClientRecord, SessionRecord } from "@clickclack/gateway/surfaces/irc/sessions/records";
import { READS_PREFIX, READS_STREAM } from "@clickclack/protocol/nats/Subjects";
import { upcastPersonalEvent } from "@clickclack/workspace/personal/Personal";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { upcastWorkspaceEvent, WorkspaceDecider } from "@clickclack/workspace/WorkspaceDecider";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";

export interface DeploymentOptions {
  /** Taken only when the log is made. */
  readonly partitions: number;
  readonly replicas: number;
  /** How often somebody may be wrong who signs in; the product's own when absent. */
  readonly signInLimits?: SignInLimits | undefined;
  /** Given by a process that carries commands out itself. */
  readonly worker?: {
    readonly ownership: Ownership;
    readonly readParts: (
      workspaceId: string,
      ids: ReadonlyArray<string>,
      at: Position,
    ) => Promise<ReadonlyArray<unknown>>;
  };
}

/** One deployment's logs as a process sees them over its NATS connection. */
export interface Deployment extends SigningIn {
  readonly nats: Nats;
  readonly meta: MetaStore;
  readonly epoch: number;
  readonly chat: EventLog;
  readonly chatStore: JetStreamEventStore<WorkspaceEvent>;
  readonly chatFeed: LiveFeed<WorkspaceEvent>;
  readonly chatReader: LogReader;
  readonly chatHost: ActorHost<WorkspaceState, WorkspaceCommand, WorkspaceEvent> | undefined;
  readonly chatBus: CommandBus<WorkspaceCommand, WorkspaceEvent>;
  readonly identityStore: JetStreamEventStore<IdentityEvent>;
  readonly identityHost: ActorHost<AccountState, AccountCommand, IdentityEvent> | undefined;
  readonly snapshots: JetStreamSnapshots;
  readonly reservations: JetStreamReservations;
  readonly throttle: JetStreamThrottle;
  readonly secrets: Secrets;
  readonly personal: JetStreamLastValues<PersonalEvent>;
  readonly personalFeed: LiveFeed<PersonalEvent>;
  /** IRC's sessions and clients. */
  readonly ircRecords: JetStreamDocuments<SessionRecord | ClientRecord>;
  readonly announcements: Announcements;
  readonly directory: AccountDirectory;
  readonly accounts: Accounts;
  readonly profiles: Profiles;
  /** To be stopped by who opened the deployment; its threads are started by the first password. */
  readonly hasher: Argon2Hasher;
}

/** Key of the deployment's meta: what it signs with, unless the environment says that. */
const SECRET_KEY = "secret-key";

const secretsOf = async (meta: MetaStore): Promise<Secrets> =>
  new Secrets(process.env["CLICKCLACK_SECRET_KEY"] || (await meta.getOrPut(SECRET_KEY, newSecretKey())));

const openSigningIn = async (
  nats: Nats,
  meta: MetaStore,
  parts: { readonly accounts: Accounts; readonly reservations: Reservations },
  { replicas, signInLimits: limits }: DeploymentOptions,
) => {
  const throttle = await JetStreamThrottle.open(nats, replicas);
  const ports = { ...parts, throttle, hasher: new Argon2Hasher(), secrets: await secretsOf(meta) };
  const { hasher, secrets } = ports;
  return { throttle, hasher, secrets, ...signingIn({ ...ports, limits }) };
};

/** The actors of a process that carries commands out. */
const openHosts = (
  { ownership, readParts }: NonNullable<DeploymentOptions["worker"]>,
  parts: Pick<Deployment, "chat" | "chatStore" | "identityStore" | "snapshots">,
): { readonly chatHost: Deployment["chatHost"]; readonly identityHost: Deployment["identityHost"] } => {
  const { chat, chatStore: store, identityStore, snapshots } = parts;
  const shared = { snapshots, ownership };
  return {
    chatHost: new ActorHost({ log: chat, decider: WorkspaceDecider, store, readParts, ...shared }),
    identityHost: new ActorHost({
      log: identityLog,
      decider: AccountDecider,
      store: identityStore,
      ...shared,
    }),
  };
};

/** Opens (and the first time makes) the streams, and everything that stands on them. Throws StoreUnavailable. */
export const openDeployment = async (nats: Nats, options: DeploymentOptions): Promise<Deployment> => {
  const { epoch, partitions } = await openStreams(nats, options);
  const meta = await MetaStore.open(nats, options.replicas);
  const snapshots = await JetStreamSnapshots.open(nats, options.replicas);
  const chat = chatLog(partitions);
  const chatStore = new JetStreamEventStore(nats, chat, upcastWorkspaceEvent);
  const identityStore = new JetStreamEventStore(nats, identityLog, upcastIdentityEvent);
  const identityFeed = new LiveFeed(nats, identityLog, upcastIdentityEvent);
  const { worker } = options;
  const { chatHost, identityHost } = worker
    ? openHosts(worker, { chat, chatStore, identityStore, snapshots })
    : {};
  const identityBus = new Bus<AccountCommand, IdentityEvent>(nats, identityLog, identityHost);
  const reservations = new JetStreamReservations(nats);
  const directory = await AccountDirectory.open(identityStore, snapshots, identityFeed);
  const ports: AccountsPorts = {
    send: (envelope) => identityBus.send(envelope),
    reservations,
    load: (accountId) => directory.findCurrent(accountId),
  };
  const accounts = new Accounts(ports);
  return {
    nats,
    meta,
    epoch,
    chat,
    chatStore,
    chatFeed: new LiveFeed(nats, chat, upcastWorkspaceEvent),
    chatReader: new LogReader(nats, chat),
    chatHost,
    chatBus: new Bus(nats, chat, chatHost),
    identityStore,
    identityHost,
    snapshots,
    reservations,
    personal: new JetStreamLastValues(nats, READS_STREAM, READS_PREFIX, upcastPersonalEvent),
    personalFeed: new LiveFeed(nats, readsLog, upcastPersonalEvent),
    ircRecords: await JetStreamDocuments.open(nats, "irc", options.replicas),
    announcements: new Announcements(nats),
    directory,
    accounts,
    ...(await openSigningIn(nats, meta, { accounts, reservations }, options)),
    profiles: new Profiles(ports),
  };
};
