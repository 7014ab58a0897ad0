import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import type { Message } from "@clickclack/protocol/http/shapes";
import type { Place } from "./Places.ts";
import type { Session } from "./Session.ts";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const placeIdOf = ({ channel_id, payload }: EventFrame): string =>
  channel_id ?? text(payload["channel_id"] ?? payload["direct_conversation_id"]);

/** The place of an event, if it is one of one's rooms. An unknown one may be new. */
const roomOf = async (session: Session, event: EventFrame): Promise<Place | undefined> => {
  const id = placeIdOf(event);
  if (id === "") return undefined;
  const known = session.places.get(id);
  // A conversation that one left comes back with what is said in it.
  if (!known || (known.direct && !known.joined)) {
    await session.places.load();
    session.tell({ _tag: "place" });
  }
  const place = session.places.get(id);
  return place?.joined ? place : undefined;
};

const isPostIn = (placeId: string) => (event: EventFrame) =>
  event.type === "message.created" && placeIdOf(event) === placeId;

const onPosted = async (session: Session, event: EventFrame): Promise<void> => {
  const place = await roomOf(session, event);
  const { seq = 0, payload } = event;
  if (!place) return;
  const author = text(payload["author_id"]);
  const me = session.host.me();
  const isNew = seq > place.lastSeq;
  place.lastSeq = Math.max(place.lastSeq, seq);
  place.heardSeq = Math.max(place.heardSeq, seq);
  if (isNew && author !== me.id) {
    place.unread++;
    if (event.mentioned_user_ids?.includes(me.id)) place.mentions++;
  }
  const id = text(payload["message_id"]);
  const waiting = session.feed.upcoming(isPostIn(place.id));
  const message = session.shown.has(id) ? undefined : await session.reads.posted(place, id, seq, waiting);
  if (message && message.deleted_at === undefined) tellNew(session, message, place);
  if (place !== session.place) return void (isNew && session.tell({ _tag: "place" }));
  session.marks.read(place);
  await noticeNewcomer(session, place, author);
};

/** Somebody came into the current room, or speaks in it from outside: the server tells of neither by itself. */
const noticeNewcomer = async (session: Session, place: Place, author: string): Promise<void> => {
  const { outsiders, members } = place;
  if (place !== session.place || members.includes(author) || outsiders.has(author)) return;
  await session.places.loadMembers(place);
  if (!place.members.includes(author)) place.outsiders = new Set([...outsiders, author]);
  session.tell({ _tag: "place" });
};

const tellNew = (session: Session, message: Message, place: Place): void => {
  const own = message.nonce !== undefined && session.host.isOwn(message.nonce);
  session.tellMessage(message, { room: place.name, missed: session.missing && !own });
};

const onReplied = async (session: Session, event: EventFrame): Promise<void> => {
  const id = text(event.payload["message_id"]);
  const place = await roomOf(session, event);
  if (!place || session.shown.has(id)) return;
  const message = await session.reads.find(id);
  if (!message || message.deleted_at !== undefined) return;
  tellNew(session, message, place);
  putInThread(session, message, place);
  await noticeNewcomer(session, place, message.author_id);
};

const putInThread = (session: Session, message: Message, place: Place): void => {
  const { thread } = session;
  if (thread?.rootId !== message.thread_root_id) return;
  thread.knowsAuthor(message);
  thread.put(session.describe(message, place));
  session.tell({ _tag: "thread" });
};

/** A message is another now, by what it says, or what others did to it. */
const onChanged = async (session: Session, event: EventFrame, id: string): Promise<void> => {
  const { shown, thread } = session;
  const inThread = thread && (thread.rootId === id || thread.authors.has(id));
  const place = shown.has(id) || inThread ? await roomOf(session, event) : undefined;
  const message = place && (await session.reads.find(id));
  if (!place || !message || message.deleted_at !== undefined) return;
  if (shown.has(id)) session.tellChanged(message, place);
  putInThread(session, message, place);
};

const onDeleted = async (session: Session, event: EventFrame): Promise<void> => {
  const id = text(event.payload["message_id"]);
  const place = await roomOf(session, event);
  const { thread, shown } = session;
  if (place && shown.has(id)) session.tell({ _tag: "removed", id, room: place.name });
  shown.delete(id);
  if (thread?.rootId === id) session.thread = undefined;
  else if (thread?.authors.has(id)) thread.remove(id);
  else return;
  session.tell({ _tag: "thread" });
};

/** One's own devices read something. */
const onRead = async (session: Session, event: EventFrame): Promise<void> => {
  const place = session.places.get(placeIdOf(event));
  const read = event.payload["last_read_seq"];
  if (!place || typeof read !== "number" || read === place.readSeq) return;
  if (read >= place.lastSeq) Object.assign(place, { readSeq: read, unread: 0, mentions: 0 });
  else if (place !== session.place) await session.places.load();
  session.tell({ _tag: "place" });
};

const onTyping = (session: Session, event: EventFrame): void => {
  const place = session.places.get(placeIdOf(event));
  const id = text(event.payload["user_id"]);
  const username = session.people.nameOf(id);
  if (!place?.joined || username === undefined || id === session.host.me().id) return;
  session.tell({ _tag: "typing", username, room: place.name });
};

const onPresence = (session: Session, { payload }: EventFrame): void => {
  const online = payload["status"] !== "offline";
  if (session.people.setOnline(text(payload["user_id"]), online)) session.tell({ _tag: "place" });
};

const onChannels = async (session: Session): Promise<void> => {
  await session.places.load();
  await session.requirePlace();
  session.tell({ _tag: "place" });
};

const onWorkspace = async (session: Session): Promise<void> => {
  const params = { workspace_id: session.workspace.id };
  const { workspace } = await session.remote.keep((api) => api.getWorkspace({ params }), true);
  session.name = workspace.name;
  session.tell({ _tag: "place" });
};

/** Tells what an event did to a session. */
export const applyEvent = async (session: Session, event: EventFrame): Promise<void> => {
  const { type, payload } = event;
  switch (type) {
    case "message.created":
      return onPosted(session, event);
    case "thread.reply_created":
      return onReplied(session, event);
    case "message.updated":
    case "reaction.added":
    case "reaction.removed":
      return onChanged(session, event, text(payload["message_id"]));
    case "thread.state_updated":
      return onChanged(session, event, text(payload["root_message_id"]));
    case "message.deleted":
      return onDeleted(session, event);
    case "channel.created":
    case "channel.updated":
      return onChannels(session);
    case "workspace.updated":
      return onWorkspace(session);
    case "channel.read":
    case "dm.read":
      return onRead(session, event);
    case "typing.started":
      return onTyping(session, event);
    case "presence.changed":
      return onPresence(session, event);
  }
};
