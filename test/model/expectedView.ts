import type { Model, ModelMessage, ModelPlace } from "./Model.ts";
import type { Content, MessageView, PlaceView, View } from "./View.ts";

/** What a person is to see, by the model. */
export const expectedView = (model: Model, user: string): View => {
  const standing = model.standing(user);
  const places = [...model.places.values()];
  const contents = Object.fromEntries(places.map((place) => [place.id, contentOf(model, user, place)]));
  if (standing !== "member") return { status: refusalOf(model, user), contents };
  const seen = places.filter(({ id }) => model.sees(user, id));
  return {
    status: 200,
    role: model.members.get(user)!.role,
    members: [...model.members]
      .filter(([id]) => model.knows(user, id))
      .map(([id, { role }]) => `${id} ${role}`)
      .toSorted(),
    channels: seen
      .filter(({ kind }) => kind !== "direct")
      .toSorted(byBirth)
      .map((place) => channelView(model, user, place)),
    directs: seen
      .filter(({ kind }) => kind === "direct")
      .filter((place) => !isHidden(model, user, place))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((place) => directView(model, user, place)),
    mentions: mentionsOf(model, user),
    contents,
  };
};

const refusalOf = (model: Model, user: string): number => (model.standing(user) === "blocked" ? 403 : 404);

const byBirth = (a: { createdAt: string; id: string }, b: { createdAt: string; id: string }): number =>
  `${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? -1 : 1;

/** A hidden conversation comes back with the next thing that is said in it. */
const isHidden = (model: Model, user: string, { id, roots }: ModelPlace): boolean =>
  (model.personal(user, id).hiddenSeq ?? -1) >= roots.length;

const placeView = (model: Model, user: string, place: ModelPlace): PlaceView => ({
  id: place.id,
  kind: place.kind,
  name: place.name,
  archived: place.archived,
  lastSeq: place.roots.length,
  readSeq: model.personal(user, place.id).readSeq,
  unread: model.unread(user, place).length,
});

const channelView = (model: Model, user: string, place: ModelPlace): PlaceView => ({
  ...placeView(model, user, place),
  mentions: model.unread(user, place).filter((message) => model.calls(user, message)).length,
});

const directView = (model: Model, user: string, place: ModelPlace): PlaceView => ({
  ...placeView(model, user, place),
  members: [...place.members].toSorted(),
  canSend: model.hasCompany(user, place),
});

/** Roots and replies that call somebody, in what it sees today, the newest first. */
const mentionsOf = (model: Model, user: string): ReadonlyArray<string> =>
  [...model.messages.values()]
    .filter((message) => model.calls(user, message) && model.sees(user, message.place))
    .toSorted(byBirth)
    .toReversed()
    .map(({ id }) => id);

const contentOf = (model: Model, user: string, place: ModelPlace): Content => {
  if (model.standing(user) !== "member") return refusalOf(model, user);
  if (!model.sees(user, place.id)) return 404;
  const roots = place.roots.map((id) => model.messages.get(id)!);
  const all = roots.flatMap((root) => [root, ...root.replies.map((id) => model.messages.get(id)!)]);
  return {
    members: [...place.members].toSorted(),
    timeline: roots.map((root) => messageView(model, user, root)),
    threads: Object.fromEntries(
      roots
        .filter(({ replies }) => replies.length > 0)
        .map(({ id, replies }) => [
          id,
          replies.map((reply) => messageView(model, user, model.messages.get(reply)!)),
        ]),
    ),
    // What was deleted is erased, with what it said before.
    histories: Object.fromEntries(
      all
        .filter(({ versions }) => versions.length > 1)
        .map(({ id, versions, deletedAt }) => [id, deletedAt === undefined ? versions : []]),
    ),
    pins: place.pins.toReversed(),
    draft: place.kind === "direct" ? undefined : model.personal(user, place.id).draft?.body,
  };
};

/** A message as the model has it. */
export const messageView = (model: Model, user: string, message: ModelMessage): MessageView => ({
  id: message.id,
  author: message.author,
  root: message.root,
  seq: message.seq,
  body: message.deletedAt === undefined ? message.versions.at(-1)! : "",
  at: message.createdAt,
  edited: message.editedAt,
  deleted: message.deletedAt,
  reactions: reactionsOf(message, user),
  thread: message.root === message.id ? threadOf(model, message) : undefined,
});

/** The first used first; of two that were used in one millisecond, in the order of their text. */
const reactionsOf = ({ reactions }: ModelMessage, user: string): MessageView["reactions"] => {
  const first = (users: ReadonlyMap<string, string>) => [...users.values()].toSorted()[0]!;
  return [...reactions]
    .toSorted(([a, as], [b, bs]) => (`${first(as)} ${a}` < `${first(bs)} ${b}` ? -1 : 1))
    .map(([emoji, users]) => ({ emoji, count: users.size, reacted_by_me: users.has(user) }));
};

/** The state of a root's thread. */
export const threadOf = (model: Model, root: ModelMessage): NonNullable<MessageView["thread"]> => ({
  replies: model.liveReplies(root),
  lastAt: root.lastReplyAt,
  lastBy: model.lastRepliers(root),
});
