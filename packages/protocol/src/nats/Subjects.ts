/** Stands for "no channel" in a subject. */
export const NO_SCOPE = "_";

/** The stream that holds partition `p`'s workspaces. */
export const chatStream = (partition: number): string => `CHAT_${partition}`;

/** `chat.<partition>.<workspace>.<scope>.<type>`; the type's dot separates tokens. */
export const chatSubject = (partition: number, workspace: string, scope: string, type: string): string =>
  `chat.${partition}.${workspace}.${scope}.${type}`;

/** Every commit of a workspace. */
export const chatWorkspaceFilter = (partition: number, workspace: string): string =>
  `chat.${partition}.${workspace}.>`;

/** Where the commits of a chat or identity subject are republished once they are stored. */
export const liveSubject = (subject: string): string => `live.${subject}`;

export const IDENTITY_STREAM = "IDENTITY";

/** `identity.<account>.<type>`: accounts live in one stream. */
export const identitySubject = (account: string, type: string): string => `identity.${account}.${type}`;
export const identityAccountFilter = (account: string): string => `identity.${account}.>`;

/** The stream of personal states: one message kept per subject `reads.<workspace>.<user>.<scope>`. */
export const READS_STREAM = "READS";
export const READS_PREFIX = "reads";

/** The stream of reservations: one message kept per subject `claim.<kind>.<key>`. */
export const CLAIMS_STREAM = "CLAIMS";
export const claimSubject = (kind: string, key: string): string => `claim.${kind}.${key}`;

/** Commands go to whoever holds the lease on the partition of this log. */
export const commandSubject = (log: string, partition: number): string => `command.${log}.${partition}`;

/** Asks the lease's holder how far an aggregate's log reaches. */
export const positionSubject = (log: string, partition: number): string => `position.${log}.${partition}`;

/** The newest checkpoint of a generation of a projection's tables, announced after its transaction committed. */
export const watermarkSubject = (projection: string, partition: number, generation: number): string =>
  `watermark.${projection}.${partition}.${generation}`;

/** Typing and presence: never stored. */
export const ephemeralSubject = (workspace: string, scope: string, type: string): string =>
  `ephemeral.${workspace}.${scope}.${type}`;

/** FNV-1a over the id's characters: which partition a workspace lives in, for ever. */
export const partitionOf = (workspace: string, partitions: number): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < workspace.length; i++) hash = Math.imul(hash ^ workspace.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % partitions;
};
