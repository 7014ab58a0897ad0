import type { Secrets } from "@clickclack/identity/secrets/Secrets";

/** A connection that was lost is taken up again within this time. */
export const RESUME_MS = 24 * 3_600_000;

/** What a resume token holds. */
export interface ResumePoint {
  readonly userId: string;
  readonly visit: string;
  readonly workspaceId: string;
  /** Ids of channels, the current one last. */
  readonly rooms: ReadonlyArray<string>;
  /** The last event that was sent before the token, and its place in the log. */
  readonly version: number;
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

type Sealed = readonly [
  userId: string,
  visit: string,
  workspaceId: string,
  rooms: ReadonlyArray<string>,
  version: number,
  seq: number,
  at: number,
];

/** A token that restores a session, which nobody else can read, make or change. */
export const sealResume = (secrets: Secrets, point: ResumePoint): string => {
  const { userId, visit, workspaceId, rooms, version, seq, at } = point;
  const sealed: Sealed = [userId, visit, workspaceId, rooms, version, seq, at];
  return secrets.seal("resume", JSON.stringify(sealed));
};

/** What a token holds; undefined for what is none, or too old. */
export const openResume = (secrets: Secrets, token: string): ResumePoint | undefined => {
  const text = secrets.open("resume", token);
  if (text === undefined) return undefined;
  const [userId, visit, workspaceId, rooms, version, seq, at] = JSON.parse(text) as Sealed;
  return Date.now() - at > RESUME_MS ? undefined : { userId, visit, workspaceId, rooms, version, seq, at };
};
