import {
  chatStream,
  chatSubject,
  chatWorkspaceFilter,
  IDENTITY_STREAM,
  identityAccountFilter,
  identitySubject,
  partitionOf,
  READS_PREFIX,
  READS_STREAM,
} from "@clickclack/protocol/nats/Subjects";
import type { Route } from "./Decider.ts";

/** Where the aggregates of one kind live on the server: streams, subjects and the partition of each aggregate. */
export interface EventLog {
  readonly name: string;
  readonly partitions: number;
  readonly partition: (aggregate: string) => number;
  readonly stream: (partition: number) => string;
  readonly subjects: (partition: number) => string;
  readonly subject: (aggregate: string, route: Route) => string;
  readonly filter: (aggregate: string) => string;
  /** The aggregate that a commit's subject names. */
  readonly aggregateOf: (subject: string) => string;
}

/** The workspaces' log: `chat.<partition>.<workspace>.<scope>.<type>` in the streams CHAT_0 … CHAT_<P-1>. */
export const chatLog = (partitions: number): EventLog => {
  const partition = (workspace: string) => partitionOf(workspace, partitions);
  return {
    name: "chat",
    partitions,
    partition,
    stream: chatStream,
    subjects: (p) => `chat.${p}.>`,
    subject: (workspace, route) => chatSubject(partition(workspace), workspace, route.scope, route.type),
    filter: (workspace) => chatWorkspaceFilter(partition(workspace), workspace),
    aggregateOf: (subject) => subject.split(".")[2] ?? "",
  };
};

/** The accounts' log: `identity.<account>.<type>` in the stream IDENTITY. */
export const identityLog: EventLog = {
  name: "identity",
  partitions: 1,
  partition: () => 0,
  stream: () => IDENTITY_STREAM,
  subjects: () => "identity.>",
  subject: (account, route) => identitySubject(account, route.type),
  filter: identityAccountFilter,
  aggregateOf: (subject) => subject.split(".")[1] ?? "",
};

/** Personal states, `reads.<workspace>.<user>.<scope>` in the stream READS: read like a log, though it keeps last values only. */
export const readsLog: EventLog = {
  name: "reads",
  partitions: 1,
  partition: () => 0,
  stream: () => READS_STREAM,
  subjects: () => `${READS_PREFIX}.>`,
  subject: (workspace, route) => `${READS_PREFIX}.${workspace}.${route.scope}`,
  filter: (workspace) => `${READS_PREFIX}.${workspace}.>`,
  aggregateOf: (subject) => subject.split(".")[1] ?? "",
};
