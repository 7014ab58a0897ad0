import type { Action, Operation, Request } from "./Action.ts";
import type { Model, ModelMessage, ModelPlace } from "./Model.ts";

/** What is to be answered, and whether anything changes by it. */
export interface Verdict {
  readonly status: number;
  readonly code?: string;
  readonly changes: boolean;
  /** How far the sender has read by it. */
  readonly readSeq?: number;
}

const changed = (status = 200): Verdict => ({ status, changes: true });
const unchanged = (status = 200): Verdict => ({ status, changes: false });
const refused = (status: number, code: string): Verdict => ({ status, code, changes: false });

const notFound = refused(404, "not_found");
const forbidden = refused(403, "forbidden");

/** What becomes of an action as the workspace stands now. */
export const judge = (model: Model, action: Action): Verdict => {
  if ("operation" in action) return judgeOperation(model, action.operation);
  const { by, request } = action;
  const standing = model.standing(by);
  const conflict = nonceConflict(model, by, request);
  if (conflict) return conflict;
  if (standing === "blocked") return refused(403, "blocked");
  if (standing === "stranger") return notFound;
  return "message" in request && !("place" in request)
    ? judgeOfMessage(model, by, request)
    : judgeInPlace(model, by, request);
};

const judgeOperation = (model: Model, { type, whom }: Operation): Verdict => {
  const member = model.members.get(whom);
  if (type === "addMember") return member ? unchanged() : changed();
  if (!member) return notFound;
  if (member.role === "owner") return forbidden;
  if (type === "removeMember") return changed();
  return member.blocked === (type === "block") ? unchanged() : changed();
};

/** A nonce that its author used for something else is refused before anything else is looked at. */
const nonceConflict = (model: Model, by: string, request: Request): Verdict | undefined => {
  if (request.type !== "post" || request.nonce === undefined) return undefined;
  const earlier = model.nonces.get(`${by} ${request.nonce}`);
  if (!earlier) return undefined;
  const same = earlier.place === request.place && earlier.body === model.bodyOf(request.text);
  return same ? undefined : refused(409, "idempotency_conflict");
};

type OfMessage = Extract<Request, { readonly message: string }> & { readonly place?: never };

/** Whether a place takes new content. */
const closed = (model: Model, by: string, place: ModelPlace): Verdict | undefined => {
  if (place.archived) return refused(403, "channel_archived");
  return model.hasCompany(by, place) ? undefined : refused(409, "no_active_peer");
};

const isManager = (model: Model, user: string) =>
  ["owner", "moderator"].includes(model.members.get(user)!.role);

const judgeOfMessage = (model: Model, by: string, request: OfMessage): Verdict => {
  const message = model.messages.get(request.message);
  if (!message || !model.sees(by, message.place)) return notFound;
  const deleted = message.deletedAt !== undefined;
  if (request.type === "delete") {
    if (message.author !== by && !isManager(model, by)) return refused(403, "not_author");
    return deleted ? unchanged() : changed();
  }
  const refusal = closed(model, by, model.places.get(message.place)!);
  if (refusal) return refusal;
  if (deleted) return refused(409, "message_deleted");
  return judgeOfLiveMessage(by, request, message);
};

const judgeOfLiveMessage = (by: string, request: OfMessage, message: ModelMessage): Verdict => {
  switch (request.type) {
    case "reply":
      return message.root === message.id ? changed(201) : refused(400, "invalid_parent");
    case "edit":
      return message.author === by ? changed() : refused(403, "not_author");
    case "react":
      return message.reactions.get(request.emoji)?.has(by) ? unchanged() : changed(201);
    case "unreact":
      return message.reactions.get(request.emoji)?.has(by) ? changed() : unchanged();
    default:
      throw new Error(`${request.type} is judged elsewhere`);
  }
};

type InPlace = Exclude<Request, OfMessage | { readonly type: "createChannel" | "openDirect" }>;

const judgeInPlace = (model: Model, by: string, request: Exclude<Request, OfMessage>): Verdict => {
  if (request.type === "createChannel") {
    if (model.members.get(by)!.role === "guest") return forbidden;
    return isTaken(model, request.name) ? refused(409, "name_taken") : changed(201);
  }
  if (request.type === "openDirect") return judgeOpening(model, by, request.others);
  const place = model.places.get(request.place);
  if (!place || !model.sees(by, place.id)) return notFound;
  return request.type === "post"
    ? judgePost(model, by, request, place)
    : (judgePersonal(model, by, request, place) ??
        judgePin(model, by, request, place) ??
        judgeManagement(model, by, request, place));
};

const isTaken = (model: Model, name: string): boolean =>
  [...model.places.values()].some((place) => place.kind !== "direct" && place.name === name);

const judgeOpening = (model: Model, by: string, others: ReadonlyArray<string>): Verdict => {
  if (findDirect(model, [by, ...others])) return unchanged(201);
  const reached = others.every((user) => model.standing(user) === "member" && model.knows(by, user));
  return reached ? changed(201) : notFound;
};

/** The conversation of exactly these people. */
export const findDirect = (model: Model, people: ReadonlyArray<string>): ModelPlace | undefined => {
  const wanted = new Set(people);
  return [...model.places.values()].find(
    ({ kind, members }) =>
      kind === "direct" && wanted.size === members.size && [...wanted].every((user) => members.has(user)),
  );
};

const judgePost = (
  model: Model,
  by: string,
  { nonce }: Extract<Request, { readonly type: "post" }>,
  place: ModelPlace,
): Verdict => {
  if (nonce !== undefined && model.nonces.has(`${by} ${nonce}`)) return unchanged();
  return closed(model, by, place) ?? changed(201);
};

const judgePersonal = (
  model: Model,
  by: string,
  request: InPlace,
  place: ModelPlace,
): Verdict | undefined => {
  const { readSeq } = model.personal(by, place.id);
  switch (request.type) {
    case "hideDirect":
    case "showDirect":
    case "saveDraft":
    case "dropDraft":
      return unchanged();
    case "read":
      return { ...unchanged(), readSeq: Math.max(readSeq, Math.min(request.seq, place.roots.length)) };
    case "unread":
      return { ...unchanged(), readSeq: Math.min(readSeq, Math.max(0, request.seq - 1)) };
    default:
      return undefined;
  }
};

const judgePin = (model: Model, by: string, request: InPlace, place: ModelPlace): Verdict | undefined => {
  if (request.type !== "pin" && request.type !== "unpin") return undefined;
  const refusal = closed(model, by, place);
  if (refusal) return refusal;
  if (request.type === "unpin") return place.pins.includes(request.message) ? changed() : notFound;
  if (place.pins.includes(request.message)) return refused(409, "already_pinned");
  const message = model.messages.get(request.message);
  if (message?.place !== place.id) return notFound;
  return message.deletedAt === undefined ? changed(201) : refused(409, "message_deleted");
};

const judgeManagement = (model: Model, by: string, request: InPlace, place: ModelPlace): Verdict => {
  const guest = model.members.get(by)!.role === "guest";
  if (guest && request.type !== "leave") return forbidden;
  const manages = isManager(model, by) || place.createdBy === by;
  switch (request.type) {
    case "renameChannel":
      if (!manages) return forbidden;
      return place.name !== request.name && isTaken(model, request.name)
        ? refused(409, "name_taken")
        : changed();
    case "archiveChannel":
      return manages ? changed() : forbidden;
    case "join":
      return place.members.has(by) ? unchanged() : changed();
    case "leave":
      return place.members.has(by) ? changed() : unchanged();
    case "addToChannel":
      if (!model.members.has(request.whom)) return notFound;
      return place.members.has(request.whom) ? unchanged(201) : changed(201);
    case "kickFromChannel":
      if (!manages && request.whom !== by) return forbidden;
      return place.members.has(request.whom) ? changed() : unchanged();
    default:
      throw new Error(`${request.type} is judged elsewhere`);
  }
};
