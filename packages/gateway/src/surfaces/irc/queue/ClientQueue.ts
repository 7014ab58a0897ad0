import type { Documents } from "@clickclack/eventsourcing/Documents";
import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { nextEvents, ResyncRequired } from "../../../replica/readEvents.ts";
import type { WorkspaceReplica } from "../../../replica/WorkspaceReplica.ts";
import type { IrcSettings } from "../IrcSettings.ts";
import type { Names } from "../../../rooms/Names.ts";
import { type ClientRecord, clientKey, type Extra, type IrcRecords } from "../sessions/records.ts";
import { extraPlace, isBehind, lastPlace } from "./queueIds.ts";
import { type Placed, Scan } from "./Scan.ts";

/** Messages of one answer: some 100 KB of ordinary ones. */
const MAX_BATCH = 500;
/** A place is written down again once it has moved on by this many events, so that they need not be read again. */
const WRITE_EVERY = 200;
/** Tries to change a client's record that its other requests change at the same time. */
const ATTEMPTS = 40;

/** What a client is answered, and where it stands then. */
export interface Batch {
  readonly messages: ReadonlyArray<Placed>;
  readonly lastId: number;
  readonly scan: Scan;
  readonly replica: WorkspaceReplica;
}

export interface ReadOptions {
  readonly caller: Caller;
  readonly clientId: string;
  readonly workspaceId: string;
  /** The place up to which the client acknowledges everything. */
  readonly after: number | undefined;
  /** How old `lastSeen` may be before it is written anew; milliseconds. */
  readonly refreshMs: number;
}

export interface ClientQueuePorts {
  readonly context: GatewayContext;
  readonly records: IrcRecords;
  readonly names: Names;
  readonly settings: IrcSettings;
}

/** A client's queue: a place in the workspace's log, and the few things besides that are for this client alone. */
export class ClientQueue {
  readonly #ports: ClientQueuePorts;
  readonly #records: Documents<ClientRecord>;

  constructor(ports: ClientQueuePorts) {
    this.#ports = ports;
    this.#records = ports.records as Documents<ClientRecord>;
  }

  /** Acknowledges, and reads on from there: what comes next, or nothing yet. Throws ApiFailure or StoreUnavailable. */
  async read(options: ReadOptions): Promise<Batch> {
    const { caller, clientId, workspaceId } = options;
    const key = clientKey(caller.account.id, clientId);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stored = await this.#records.read(key);
      if (!stored) throw new ApiFailure("unauthenticated", "this client's session has ended");
      // The record first: whatever places it holds, the replica is at least as new then.
      const replica = await this.#ports.context.reads.workspace(workspaceId, caller);
      const { batch, next } = await this.#readOnce(stored.value, replica, options);
      if (next === undefined) return batch;
      if ((await this.#records.write(key, next, stored.revision)) === undefined) continue;
      return batch;
    }
    throw new StoreUnavailable("this client asks too much at once; try again");
  }

  /** Reads events that came since; false when some are no longer in memory, so that one has to begin anew. */
  async catchUp({ scan, replica }: Batch): Promise<boolean> {
    for (;;) {
      const entries = replica.ring.after(scan.version);
      if (!entries && scan.version !== replica.version) return false;
      if (!entries || entries.length === 0 || scan.full) return true;
      const users = scan.usersOf(replica, entries);
      if (!this.#ports.names.known(replica.state, users))
        await this.#ports.names.ensure(replica.state, users);
      scan.take(replica, entries);
    }
  }

  async #readOnce(
    record: ClientRecord,
    replica: WorkspaceReplica,
    { caller, after, refreshMs }: ReadOptions,
  ): Promise<{ readonly batch: Batch; readonly next: ClientRecord | undefined }> {
    const { names, settings } = this.#ports;
    const now = Date.now();
    const most = Math.max(lastPlace(replica.version), record.lastExtra);
    const acked = Math.max(record.acked, Math.min(after ?? 0, most));
    const oldest = now - settings.queueMaxAgeMs;
    const { extras, lastExtra } = keptExtras(record, { acked, oldest, version: replica.version });
    const scan = new Scan(record.at, {
      userId: caller.account.id,
      names,
      serverName: settings.serverName,
      acked,
      oldest,
      limit: MAX_BATCH,
    });
    await this.#scan(scan, replica);
    const due = extras.filter(({ place }) => !scan.full || !isBehind(place, scan.version));
    const messages = [...scan.found, ...due].toSorted((a, b) => a.place - b.place).slice(0, MAX_BATCH);
    const lastId = messages.at(-1)?.place ?? after ?? acked;
    const { anchor } = scan;
    const changed =
      acked !== record.acked ||
      lastExtra !== record.lastExtra ||
      extras.length !== record.extras.length ||
      anchor.version - record.at.version >= WRITE_EVERY ||
      now - record.lastSeen >= refreshMs;
    const next = changed ? { ...record, at: anchor, acked, extras, lastExtra, lastSeen: now } : undefined;
    return { batch: { messages, lastId, scan, replica }, next };
  }

  async #scan(scan: Scan, replica: WorkspaceReplica): Promise<void> {
    const { context, names } = this.#ports;
    while (!scan.full && scan.version < replica.version) {
      const entries = await nextEvents(replica, context.services.store, scan).catch((error: unknown) => {
        // The log was put back to an older state: what the client had seen is gone, and it goes on from here.
        if (error instanceof ResyncRequired) return undefined;
        throw error;
      });
      if (entries === undefined || entries.length === 0) {
        scan.version = replica.version;
        scan.seq = replica.seq;
        return;
      }
      await names.ensure(replica.state, scan.usersOf(replica, entries));
      scan.take(replica, entries);
    }
  }
}

/** The extras that are still wanted, each with its place. */
const keptExtras = (
  record: ClientRecord,
  { acked, oldest, version }: { readonly acked: number; readonly oldest: number; readonly version: number },
) => {
  let { lastExtra } = record;
  const wanted = ({ place, message }: Extra) =>
    (place === undefined || place > acked) && Date.parse(message.ts) >= oldest;
  const extras = record.extras.filter(wanted).map(({ place, message }) => {
    if (place !== undefined) return { place, message };
    // Behind whatever the client may have acknowledged already, too.
    lastExtra = extraPlace(version, Math.max(lastExtra, acked));
    return { place: lastExtra, message };
  });
  return { extras, lastExtra };
};
