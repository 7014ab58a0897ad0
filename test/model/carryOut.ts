import type { Action, Operation, Request, Text } from "./Action.ts";
import { findDirect } from "./judge.ts";
import type { Model, ModelMessage, ModelPlace } from "./Model.ts";

/** What the model cannot know by itself: the id that something new was given, and when it happened. */
export interface Facts {
  readonly id: string;
  readonly at: string;
}

/** What clients hear of a change: where, and one line about it. */
export interface Told {
  readonly place?: string;
  /** The member that it is about. */
  readonly about?: string;
  readonly digest: string;
}

/** Carries out an action that was judged to be a change, and returns what is told of it. */
export const carryOut = (model: Model, action: Action, facts: Facts): ReadonlyArray<Told> =>
  "operation" in action
    ? operate(model, action.operation)
    : "message" in action.request
      ? changeMessage(model, action.by, action.request, facts)
      : changePlaces(model, action.by, action.request, facts);

const operate = (model: Model, operation: Operation): ReadonlyArray<Told> => {
  const { type, whom } = operation;
  if (type === "addMember") {
    model.members.set(whom, { role: operation.role, blocked: false });
    return [];
  }
  if (type === "removeMember") {
    model.members.delete(whom);
    for (const { kind, members } of model.places.values()) if (kind !== "direct") members.delete(whom);
    return [];
  }
  model.members.set(whom, { role: model.members.get(whom)!.role, blocked: type === "block" });
  return [{ about: whom, digest: `member.moderation_updated ${whom}` }];
};

type OfMessage = Extract<Request, { readonly message: string }>;

const changePlaces = (
  model: Model,
  by: string,
  request: Exclude<Request, OfMessage>,
  { id, at }: Facts,
): ReadonlyArray<Told> => {
  const add = (kind: ModelPlace["kind"], name: string, members: ReadonlyArray<string>) => {
    const base = { id, kind, name, createdBy: by, createdAt: at, archived: false };
    model.places.set(id, { ...base, members: new Set(members), roots: [], pins: [] });
  };
  if (request.type === "createChannel") {
    add(request.kind, request.name, [by]);
    return [{ place: id, digest: `channel.created ${id}` }];
  }
  if (request.type === "openDirect") {
    add("direct", "", [by, ...request.others]);
    return [];
  }
  const place = model.places.get(request.place)!;
  switch (request.type) {
    case "post":
      return post(model, by, request, { id, at });
    case "renameChannel":
      place.name = request.name;
      return [{ place: place.id, digest: `channel.updated ${place.id} ${place.archived}` }];
    case "archiveChannel":
      place.archived = request.archived;
      return [{ place: place.id, digest: `channel.updated ${place.id} ${place.archived}` }];
    case "join":
    case "addToChannel":
      place.members.add("whom" in request ? request.whom : by);
      return [];
    case "leave":
    case "kickFromChannel":
      place.members.delete("whom" in request ? request.whom : by);
      return [];
    default:
      throw new Error(`${request.type} changes no place`);
  }
};

const post = (
  model: Model,
  by: string,
  { place: placeId, text, nonce }: Extract<Request, { readonly type: "post" }>,
  { id, at }: Facts,
): ReadonlyArray<Told> => {
  const place = model.places.get(placeId)!;
  const seq = place.roots.push(id);
  say(model, { id, author: by, place: placeId, root: id, seq, createdAt: at }, text);
  if (nonce !== undefined)
    model.nonces.set(`${by} ${nonce}`, { id, place: placeId, body: model.bodyOf(text) });
  const personal = model.personal(by, placeId);
  // A draft became this message; one that was saved while it was under way did not.
  if (personal.draft && personal.draft.updatedAt <= at) delete personal.draft;
  return [{ place: placeId, digest: `message.created ${id} ${seq}` }];
};

type Born = Pick<ModelMessage, "id" | "author" | "place" | "root" | "seq" | "createdAt">;

const say = (model: Model, born: Born, text: Text): void => {
  const more = { versions: [], calls: new Set<string>(), callsEverybody: false };
  const message: ModelMessage = { ...born, ...more, replies: [], reactions: new Map() };
  model.messages.set(born.id, message);
  reword(model, message, text);
};

const reword = (model: Model, message: ModelMessage, text: Text): void => {
  message.versions = [...message.versions, model.bodyOf(text)];
  message.calls = new Set(text.calls.filter((user) => model.sees(user, message.place)));
  message.callsEverybody = text.audience !== undefined;
};

const changeMessage = (
  model: Model,
  by: string,
  request: OfMessage,
  { id, at }: Facts,
): ReadonlyArray<Told> => {
  const message = model.messages.get(request.message)!;
  const place = model.places.get(message.place)!;
  const tell = (digest: string): Told => ({ place: place.id, digest });
  switch (request.type) {
    case "reply": {
      const seq = message.replies.push(id);
      say(model, { id, author: by, place: place.id, root: message.id, seq, createdAt: at }, request.text);
      message.lastReplyAt = at;
      return [tell(`thread.reply_created ${id}`), tell(`thread.state_updated ${message.id}`)];
    }
    case "edit":
      reword(model, message, request.text);
      message.editedAt = at;
      return [tell(`message.updated ${message.id}`)];
    case "delete":
      return erase(model, message, place, at).map(tell);
    case "pin":
      place.pins = [...place.pins, message.id];
      return [tell(`pin.added ${message.id}`)];
    case "unpin":
      place.pins = place.pins.filter((pin) => pin !== message.id);
      return [tell(`pin.removed ${message.id}`)];
    case "react":
    case "unreact":
      return [tell(react(message, by, request, at))];
  }
};

const erase = (model: Model, message: ModelMessage, place: ModelPlace, at: string): ReadonlyArray<string> => {
  message.deletedAt = at;
  message.reactions.clear();
  place.pins = place.pins.filter((pin) => pin !== message.id);
  const deleted = `message.deleted ${message.id}`;
  return message.root === message.id
    ? [deleted]
    : [deleted, `thread.state_updated ${model.messages.get(message.root)!.id}`];
};

const react = (
  { id, reactions }: ModelMessage,
  by: string,
  { type, emoji }: { readonly type: "react" | "unreact"; readonly emoji: string },
  at: string,
): string => {
  const users = reactions.get(emoji) ?? new Map<string, string>();
  if (type === "react") users.set(by, at);
  else users.delete(by);
  if (users.size === 0) reactions.delete(emoji);
  else reactions.set(emoji, users);
  return `reaction.${type === "react" ? "added" : "removed"} ${id} ${emoji} ${users.size}`;
};

/** What a request changes that only its sender has, and that leaves no trace in the log. */
export const keepPersonal = (
  model: Model,
  by: string,
  request: Request,
  { at, readSeq }: { readonly at: string; readonly readSeq?: number },
): void => {
  if (request.type === "openDirect") {
    const place = findDirect(model, [by, ...request.others]);
    if (place) delete model.personal(by, place.id).hiddenSeq;
  }
  if (!("place" in request)) return;
  const personal = model.personal(by, request.place);
  if (readSeq !== undefined) personal.readSeq = readSeq;
  if (request.type === "hideDirect") personal.hiddenSeq = model.places.get(request.place)!.roots.length;
  if (request.type === "showDirect") delete personal.hiddenSeq;
  if (request.type === "saveDraft") personal.draft = { body: request.body, updatedAt: at };
  if (request.type === "dropDraft") delete personal.draft;
};
