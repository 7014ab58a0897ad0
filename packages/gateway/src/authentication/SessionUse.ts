import { trimOldest } from "@clickclack/eventsourcing/trimOldest";
import type { CredentialState } from "@clickclack/identity/account/Account";
import type { SessionAbout } from "@clickclack/identity/account/Sessions";
import { lastUse } from "@clickclack/identity/account/sessionTimes";
import { isId } from "@clickclack/protocol/Ids";
import type { HttpRequest } from "../http/HttpRequest.ts";

const DAY_MS = 24 * 3_600_000;
/** A use is written down this often at the most, unless sessions may lie idle for so short a time that it must be sooner. */
const LEAST_EVERY_MS = 1_000;
/** Sessions whose use is not written down yet, or was just now: some 10 MB. The use of those beyond it is written later. */
const MAX_SESSIONS = 50_000;
/** How often it is looked for uses that are due; within a quarter of the time between two of them. */
const MAX_SWEEP_MS = 10_000;

/** A session that a socket is open by, or undefined credentials where nobody signed in. */
export interface SocketHolder {
  readonly userId: string;
  readonly credentialId: string | undefined;
}

export interface SessionUsePorts {
  /** How long a session may lie idle, in milliseconds; 0 for as long as it lasts. */
  readonly idleMs: number;
  /** Writes a use down; it is tried again when that fails. */
  readonly write: (accountId: string, credentialId: string, usedAt: string) => Promise<void>;
}

interface Use {
  readonly accountId: string;
  /** Milliseconds since 1970. */
  usedAt: number;
  /** The newest use that was written down, by whichever gateway, as far as this one knows. */
  knownAt: number;
  writing: boolean;
}

/**
 * When sessions were in use. All gateways learn it from the account's log, where each of them writes at most one use of
 * a session in a tenth of the time that it may lie idle; what comes sooner is written when that is over, with its time.
 */
export class SessionUse {
  readonly #ports: SessionUsePorts;
  readonly #everyMs: number;
  readonly #uses = new Map<string, Use>();
  #sweep: NodeJS.Timeout | undefined;
  #socketsAt = 0;

  constructor(ports: SessionUsePorts) {
    this.#ports = ports;
    const { idleMs } = ports;
    const every = Math.min(Math.max(idleMs / 10, LEAST_EVERY_MS), idleMs / 4, DAY_MS);
    this.#everyMs = idleMs === 0 ? DAY_MS : every;
  }

  /** Begins to write down what is due; an open socket is a use of the session that it came by. */
  start(sockets: () => Iterable<SocketHolder>): void {
    const sweepMs = Math.min(this.#everyMs / 4, MAX_SWEEP_MS);
    this.#sweep = setInterval(() => {
      this.#touchSockets(sockets);
      this.#writeDue();
    }, sweepMs).unref();
  }

  /** Writes down what is not yet: after this gateway is gone nobody knows of it. */
  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    if (this.#ports.idleMs === 0) return;
    const left = [...this.#uses].filter(([, use]) => use.usedAt > use.knownAt);
    await Promise.all(left.map(([id, use]) => this.#write(id, use)));
  }

  /** Call when a session is used; other credentials are passed over. */
  touch(accountId: string, credential: CredentialState): void {
    if (credential.kind === "session") this.#touch(accountId, credential.id, lastUse(credential));
  }

  /** Call when a socket that came by a session is closed. */
  touchSocket({ userId, credentialId }: SocketHolder): void {
    if (credentialId !== undefined && isId("ses", credentialId)) this.#touch(userId, credentialId, 0);
  }

  /** Whether a session has lain idle for too long. */
  isIdle(credential: CredentialState): boolean {
    const { idleMs } = this.#ports;
    if (idleMs === 0 || credential.kind !== "session") return false;
    return Date.now() - this.lastUsed(credential) >= idleMs;
  }

  /** When a session was used last, as far as this gateway knows; milliseconds since 1970. */
  lastUsed(credential: CredentialState): number {
    return Math.max(lastUse(credential), this.#uses.get(credential.id)?.usedAt ?? 0);
  }

  /** Since when a session that was not used is over (RFC 3339); undefined where it may lie idle. */
  unusedSince(): string | undefined {
    const { idleMs } = this.#ports;
    return idleMs === 0 ? undefined : new Date(Date.now() - idleMs).toISOString();
  }

  /** What is told of the client that opens a session by a request. */
  about({ headers, address }: HttpRequest): SessionAbout {
    const unusedSince = this.unusedSince();
    const userAgent = headers["user-agent"];
    return {
      address,
      ...(userAgent !== undefined && { userAgent }),
      ...(unusedSince !== undefined && { unusedSince }),
    };
  }

  #touch(accountId: string, id: string, knownAt: number): void {
    const now = Date.now();
    const use = this.#uses.get(id) ?? { accountId, usedAt: now, knownAt, writing: false };
    use.usedAt = now;
    use.knownAt = Math.max(use.knownAt, knownAt);
    this.#uses.set(id, use);
    trimOldest(this.#uses, MAX_SESSIONS);
    if (now - use.knownAt >= this.#everyMs) void this.#write(id, use);
  }

  #touchSockets(sockets: () => Iterable<SocketHolder>): void {
    const now = Date.now();
    if (now - this.#socketsAt < this.#everyMs / 2) return;
    this.#socketsAt = now;
    for (const holder of sockets()) this.touchSocket(holder);
  }

  #writeDue(): void {
    const now = Date.now();
    for (const [id, use] of this.#uses) {
      if (now - use.knownAt < this.#everyMs || use.writing) continue;
      if (use.usedAt > use.knownAt) void this.#write(id, use);
      else this.#uses.delete(id);
    }
  }

  async #write(id: string, use: Use): Promise<void> {
    if (use.writing) return;
    use.writing = true;
    const { usedAt } = use;
    try {
      await this.#ports.write(use.accountId, id, new Date(usedAt).toISOString());
      use.knownAt = Math.max(use.knownAt, usedAt);
    } catch {
      // The next use or the next look tries again; until then this gateway alone knows.
    } finally {
      use.writing = false;
    }
  }
}
