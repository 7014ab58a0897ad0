import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { expect } from "vitest";
import type { Request } from "./Action.ts";
import type { Told } from "./carryOut.ts";
import { digestOf } from "./digestOf.ts";
import { messageView, threadOf } from "./expectedView.ts";
import { isOperation } from "./Action.ts";
import type { Model } from "./Model.ts";
import { threadViewOf, viewOf } from "./observedView.ts";
import type { Outcome } from "./perform.ts";

export interface Answered extends Pick<Outcome, "action" | "answer"> {
  readonly told: ReadonlyArray<Told>;
  /** Nothing else was under way, so that the answer shows nothing of it. */
  readonly alone: boolean;
}

/** Holds what a request was answered, with success, against the model right after it. */
export const expectAnswer = (model: Model, { action, answer, told, alone }: Answered): void => {
  if (isOperation(action)) return;
  const { by, request } = action;
  const { body, status } = answer;
  expectEvents(body.events ?? (body.event ? [body.event] : []), told);
  const created = status === 201 && (request.type === "post" || request.type === "reply");
  const message = body.message ?? body.pinned_message;
  if (message && (alone || created))
    expect(viewOf(message)).toEqual(messageView(model, by, model.messages.get(message.id)!));
  if (created || (alone && request.type === "edit")) expectMentions(model, message.id, body);
  if (body.thread_state) {
    const root = model.messages.get(body.thread_state.root_message_id)!;
    expect(threadViewOf(body.thread_state)).toEqual(threadOf(model, root));
  }
  if (alone && body.reactions) {
    const { message: id } = request as Extract<Request, { readonly type: "react" }>;
    expect(body.reactions).toEqual(messageView(model, by, model.messages.get(id)!).reactions);
  }
  if (request.type === "post" && request.nonce !== undefined)
    expect(message.id).toBe(model.nonces.get(`${by} ${request.nonce}`)!.id);
};

/** An answer tells the events that its request caused, the main one first; an empty one when there was none. */
const expectEvents = (frames: ReadonlyArray<EventFrame>, told: ReadonlyArray<Told>): void => {
  const digests = told.map(({ place, digest }) => `${place ?? "everywhere"} ${digest}`);
  if (digests.length === 0) expect(frames.filter(({ id }) => id !== "")).toEqual([]);
  else expect(frames.map(digestOf)).toEqual(digests.slice(0, Math.max(1, frames.length)));
};

const expectMentions = (
  model: Model,
  id: string,
  body: { readonly event?: EventFrame; readonly events?: ReadonlyArray<EventFrame> },
): void => {
  const { mentioned_user_ids: called = [] } = body.event ?? body.events![0]!;
  expect(called.toSorted()).toEqual([...model.messages.get(id)!.calls].toSorted());
};
