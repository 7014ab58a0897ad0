import { CommitKey } from "@clickclack/protocol/events/Commit";
import { IdentityEventSchemas } from "@clickclack/protocol/events/IdentityEvents";
import { WorkspaceEventSchemas } from "@clickclack/protocol/events/WorkspaceEvents";
import { chatSubject, identitySubject, liveSubject } from "@clickclack/protocol/nats/Subjects";
import { EventFrame, ResyncFrame } from "@clickclack/protocol/realtime/Frames";
import * as Schema from "effect/Schema";
import { anyInteger, mapSchemas, openToMore, type Json } from "./jsonSchema.ts";

const jsonSchema = (schema: Schema.Top): Json => {
  const { schema: json, definitions } = Schema.toJsonSchemaDocument(schema);
  const own = json["$ref"] === undefined ? json : Object.values(definitions)[0]!;
  return mapSchemas(own, (part) => anyInteger(openToMore(part)));
};

const schemasOf = (events: Readonly<Record<string, Schema.Top>>): Json =>
  Object.fromEntries(Object.entries(events).map(([type, schema]) => [type, jsonSchema(schema)]));

const ref = (path: string) => ({ $ref: `#/${path}` });
/** A name inside a reference: dots need no escape, slashes do not occur. */
const eventRefs = (events: object) => Object.keys(events).map((type) => ref(`components/schemas/${type}`));

const commit = (events: object): Json => ({
  type: "object",
  description: "What one command, or several of one scope and type, caused: stored whole or not at all",
  required: ["id", "events"],
  properties: {
    id: { type: "string", description: "`cmt_…`; also the header Nats-Msg-Id" },
    events: { type: "array", minItems: 1, items: { oneOf: eventRefs(events) } },
    keys: { type: "array", items: ref("components/schemas/CommitKey") },
  },
});

const text = (description: string) => ({ type: "string", description });

const STORED_HEADERS = {
  type: "object",
  properties: {
    "Nats-Msg-Id": text("The commit's id: the same commit is stored once"),
    "Nats-Expected-Last-Subject-Sequence": text(
      "The stream sequence of the aggregate's last commit; 0 for none",
    ),
    "Nats-Expected-Last-Subject-Sequence-Subject": text(
      "The aggregate's subjects, with > in place of the rest",
    ),
  },
};
const LIVE_HEADERS = {
  type: "object",
  properties: {
    "Nats-Stream": text("The stream that holds the commit"),
    "Nats-Subject": text("The subject that it was stored under"),
    "Nats-Sequence": text("Its stream sequence, part of every cursor"),
    "Nats-Last-Sequence": text("The sequence of the commit before it under the same subject"),
  },
};

const CHAT = chatSubject("{partition}" as never, "{workspace}", "{scope}", "{type}");
const IDENTITY = identitySubject("{account}", "{type}");

const PARAMETERS = {
  partition: {
    description: "The workspace's partition: FNV-1a over its id, modulo the partitions; for ever",
  },
  workspace: { description: "`wsp_…`" },
  scope: { description: "The channel's id, or `_` for what belongs to no channel" },
  account: { description: "`usr_…`" },
  type: { description: "The type of the commit's first event; its dot separates two tokens" },
};
const parametersOf = (address: string) =>
  Object.fromEntries(
    Object.keys(PARAMETERS)
      .filter((name) => address.includes(`{${name}}`))
      .map((name) => [name, ref(`components/parameters/${name}`)]),
  );

const channel = (address: string, description: string, ...messages: ReadonlyArray<string>) => ({
  address,
  description,
  parameters: parametersOf(address),
  messages: Object.fromEntries(messages.map((name) => [name, ref(`components/messages/${name}`)])),
});

const operation = (action: "send" | "receive", name: string) => ({
  action,
  channel: ref(`channels/${name}`),
});

/** The log and the socket as AsyncAPI 3. */
export const asyncApiDocument = (): object => ({
  asyncapi: "3.0.0",
  info: {
    title: "ClickClack",
    version: "1.0.0",
    description: "The event log on NATS JetStream, its live copies, and what sockets are sent.",
  },
  defaultContentType: "application/json",
  channels: {
    chat: channel(CHAT, "The workspaces' log, in the streams CHAT_<partition>", "chatCommit"),
    chatLive: channel(
      liveSubject(CHAT),
      "Commits of workspaces, republished once they are stored",
      "chatLive",
    ),
    identity: channel(IDENTITY, "The accounts' log, in the stream IDENTITY", "identityCommit"),
    identityLive: channel(
      liveSubject(IDENTITY),
      "Commits of accounts, republished once they are stored",
      "identityLive",
    ),
    socket: channel(
      "/api/realtime/ws",
      "What a workspace's member is sent, one JSON object a text frame",
      "event",
      "resync",
    ),
  },
  operations: {
    appendToChat: operation("send", "chat"),
    followChat: operation("receive", "chatLive"),
    appendToIdentity: operation("send", "identity"),
    followIdentity: operation("receive", "identityLive"),
    sendFrames: operation("send", "socket"),
  },
  components: {
    parameters: PARAMETERS,
    messages: {
      chatCommit: { headers: STORED_HEADERS, payload: ref("components/schemas/ChatCommit") },
      chatLive: { headers: LIVE_HEADERS, payload: ref("components/schemas/ChatCommit") },
      identityCommit: { headers: STORED_HEADERS, payload: ref("components/schemas/IdentityCommit") },
      identityLive: { headers: LIVE_HEADERS, payload: ref("components/schemas/IdentityCommit") },
      event: { summary: "An event: ids only", payload: ref("components/schemas/Event") },
      resync: {
        summary: "The cursor cannot be served; close code 4001 follows",
        payload: ref("components/schemas/Resync"),
      },
    },
    schemas: {
      ChatCommit: commit(WorkspaceEventSchemas),
      IdentityCommit: commit(IdentityEventSchemas),
      CommitKey: jsonSchema(CommitKey),
      Event: jsonSchema(EventFrame),
      Resync: jsonSchema(ResyncFrame),
      ...schemasOf(WorkspaceEventSchemas),
      ...schemasOf(IdentityEventSchemas),
    },
  },
});
