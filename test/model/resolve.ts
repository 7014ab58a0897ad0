import type { Action, Request, Text } from "./Action.ts";
import type { Model, ModelMessage, ModelPlace } from "./Model.ts";
import type { Step } from "./Step.ts";

const WORDS = ["hello", "what about lunch?", "**bold** claim", "naïve café ☕", "see `code`"];
const NAMES = ["alpha", "beta", "gamma", "delta"];
const EMOJI = ["👍", "+1", "tada"];
const ROLES = ["member", "guest", "member", "moderator"] as const;
const AUDIENCES = ["channel", "here", "everyone"] as const;
const NONCES = 3;
/** More would spread what is done too thin for it to meet. */
const MAX_CHANNELS = 5;

/** A step whose actor is known. */
interface Chosen extends Omit<Step, "by"> {
  readonly by: string;
}

const choose = <A>(list: ReadonlyArray<A>, pick: number): A | undefined => list[pick % list.length];

/** What a step means as things are; undefined when there is nothing yet that it could be done to. */
export const resolve = (model: Model, people: ReadonlyArray<string>, step: Step): Action | undefined => {
  const { kind, a } = step;
  const member = (user: string) => model.standing(user) === "member";
  switch (kind) {
    case "look":
    case "reconnect":
      return undefined;
    case "addMember":
      return {
        by: "operator",
        operation: { type: kind, whom: choose(people, step.by)!, role: choose(ROLES, a)! },
      };
    case "removeMember":
    case "block":
    case "unblock":
      return { by: "operator", operation: { type: kind, whom: choose(people, step.by)! } };
    default: {
      const by = choose(mostly(step.at, people, member), step.by)!;
      const request = OF_MESSAGE.has(kind)
        ? onMessage(model, people, { ...step, by })
        : inPlace(model, people, { ...step, by });
      return request && { by, request };
    }
  }
};

const OF_MESSAGE: ReadonlySet<string> = new Set([
  "reply",
  "edit",
  "delete",
  "react",
  "unreact",
  "pin",
  "unpin",
]);

const textOf = (people: ReadonlyArray<string>, { a, b, at }: Chosen): Text => {
  const words = choose(WORDS, a)!;
  const calls = b % 3 === 0 ? [choose(people, b + at)!] : [];
  return b % 7 === 0 ? { words, calls, audience: choose(AUDIENCES, a)! } : { words, calls };
};

const onMessage = (model: Model, people: ReadonlyArray<string>, step: Chosen): Request | undefined => {
  const { kind, a, b } = step;
  const all = [...model.messages.values()];
  const message = choose(mostly(b, all, ownOrSeen(model, step.by, kind)), a);
  if (!message) return undefined;
  const { id, place } = message;
  switch (kind) {
    case "reply":
    case "edit":
      return { type: kind, message: id, text: textOf(people, step) };
    case "delete":
      return { type: kind, message: id };
    case "react":
    case "unreact":
      return { type: kind, message: id, emoji: choose(EMOJI, b)! };
    default: {
      // Most pins are tried where the message is, some elsewhere.
      const channels = channelsOf(model);
      const here = channels.some((channel) => channel.id === place) && b % 5 !== 0;
      return { type: kind as "pin" | "unpin", message: id, place: here ? place : choose(channels, b)!.id };
    }
  }
};

/** Three times of four what makes the request succeed, if there is any of it. */
const mostly = <A>(pick: number, all: ReadonlyArray<A>, good: (one: A) => boolean): ReadonlyArray<A> => {
  const found = pick % 4 === 0 ? [] : all.filter(good);
  return found.length > 0 ? found : all;
};

const ownOrSeen =
  (model: Model, by: string, kind: string) =>
  (message: ModelMessage): boolean =>
    kind === "edit" || kind === "delete"
      ? message.author === by && message.deletedAt === undefined
      : model.sees(by, message.place) && (kind !== "reply" || message.root === message.id);

const channelsOf = (model: Model): ReadonlyArray<ModelPlace> =>
  [...model.places.values()].filter(({ kind }) => kind !== "direct");

const inPlace = (model: Model, people: ReadonlyArray<string>, step: Chosen): Request | undefined => {
  const { kind, a, b } = step;
  const channels = channelsOf(model);
  switch (kind) {
    case "createChannel":
      if (channels.length >= MAX_CHANNELS) return undefined;
      return { type: kind, name: choose(NAMES, a)!, kind: b % 2 ? "public" : "private" };
    case "openDirect": {
      const others = new Set([choose(people, a)!, choose(people, b)!]);
      others.delete(step.by);
      return { type: kind, others: [...others] };
    }
    case "hideDirect":
    case "showDirect": {
      const directs = [...model.places.values()].filter((place) => place.kind === "direct");
      const place = choose(directs, a)?.id;
      return place === undefined ? undefined : { type: kind, place };
    }
    case "post":
    case "read": {
      const good = ({ id }: ModelPlace) => model.sees(step.by, id);
      const place = choose(mostly(b, [...model.places.values()], good), a)!;
      if (kind === "read") return { type: kind, place: place.id, seq: b % (place.roots.length + 2) };
      const text = textOf(people, step);
      return { type: kind, place: place.id, text, ...(b % 5 === 0 && { nonce: `nonce-${b % NONCES}` }) };
    }
    default:
      return inChannel(people, step, choose(channels, a)!);
  }
};

const inChannel = (
  people: ReadonlyArray<string>,
  { kind, a, b }: Chosen,
  { id: place, roots }: ModelPlace,
): Request => {
  switch (kind) {
    case "unread":
      return { type: kind, place, seq: b % (roots.length + 2) };
    case "renameChannel":
      return { type: kind, place, name: choose(NAMES, b)! };
    case "archiveChannel":
      return { type: kind, place, archived: b % 3 === 0 };
    case "addToChannel":
    case "kickFromChannel":
      return { type: kind, place, whom: choose(people, b)! };
    case "saveDraft":
      return { type: kind, place, body: `draft ${a} ${b}` };
    default:
      return { type: kind as "join" | "leave" | "dropDraft", place };
  }
};
