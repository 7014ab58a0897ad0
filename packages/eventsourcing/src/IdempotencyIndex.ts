import type { CommitKey } from "@clickclack/protocol/events/Commit";
import { trimOldest } from "./trimOldest.ts";

/** Where the events of an earlier command stand; `seq` is 0 until its commit is stored. */
export interface EarlierCommand {
  readonly commit: { seq: number };
  readonly first: number;
  readonly last: number;
}

interface KeyEntry extends EarlierCommand {
  readonly fingerprint: string;
  readonly at: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** 200,000 keys are some 40 MB: a day of a very busy workspace. Beyond it the oldest go first. */
const MAX_KEYS = 200_000;
/** Commands are sent again within seconds of a lost answer; this covers 3 seconds of a full log. */
const MAX_COMMANDS = 10_000;

/** Of those, a snapshot keeps the newest: what is sent again after a move to another process. */
const SNAPSHOT_COMMANDS = 2_000;

/** Keys as [key, fingerprint, time in ms, seq, first, last]; commands as [id, seq, first, last]. */
export interface IndexSnapshot {
  readonly keys: ReadonlyArray<readonly [string, string, number, number, number, number]>;
  readonly commands: ReadonlyArray<readonly [string, number, number, number]>;
}

/** What one aggregate remembers of commands that it has carried out, by idempotency key and by command id. */
export class IdempotencyIndex {
  readonly #keys = new Map<string, KeyEntry>();
  readonly #commands = new Map<string, EarlierCommand>();

  static from({ keys, commands }: IndexSnapshot): IdempotencyIndex {
    const index = new IdempotencyIndex();
    for (const [key, fingerprint, at, seq, first, last] of keys) {
      index.#keys.set(key, { fingerprint, at, commit: { seq }, first, last });
    }
    for (const [id, seq, first, last] of commands) index.#commands.set(id, { commit: { seq }, first, last });
    return index;
  }

  addKey(entry: CommitKey, at: number, commit: { seq: number }): void {
    // Taken out first: the oldest entries stand in front.
    this.#keys.delete(entry.key);
    this.#keys.set(entry.key, {
      fingerprint: entry.fingerprint,
      at,
      commit,
      first: entry.first,
      last: entry.last,
    });
    for (const [key, oldest] of this.#keys) {
      if (this.#keys.size <= MAX_KEYS && at - oldest.at < DAY_MS) break;
      this.#keys.delete(key);
    }
  }

  addCommand(id: string, commit: { seq: number }, first: number, last: number): void {
    this.#commands.set(id, { commit, first, last });
    trimOldest(this.#commands, MAX_COMMANDS);
  }

  byCommand(id: string): EarlierCommand | undefined {
    return this.#commands.get(id);
  }

  /** The command that used this key within the last day; its fingerprint tells whether it was the same. */
  byKey(key: string, now: number): KeyEntry | undefined {
    const entry = this.#keys.get(key);
    return entry && now - entry.at < DAY_MS ? entry : undefined;
  }

  toSnapshot(): IndexSnapshot {
    const commands = [...this.#commands].slice(-SNAPSHOT_COMMANDS);
    return {
      keys: [...this.#keys].map(
        ([key, e]) => [key, e.fingerprint, e.at, e.commit.seq, e.first, e.last] as const,
      ),
      commands: commands.map(([id, e]) => [id, e.commit.seq, e.first, e.last] as const),
    };
  }
}
