import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import { recorded, timeAfter } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { isActiveMember } from "../access.ts";
import type { WorkspaceCommand } from "../Commands.ts";
import { SYSTEM } from "../rules.ts";
import { WorkspaceDecider } from "../WorkspaceDecider.ts";
import type { MessageHead, Usage, WorkspaceState } from "../WorkspaceState.ts";
import { ACME } from "./acme.ts";

const ID = "wsp_acme";

/** A command, and whoever gives it. */
export interface Step {
  readonly by: string;
  readonly command: WorkspaceCommand;
}

/** What came of a step: events without their stamps, or the code of a rejection. */
export type Came = ReadonlyArray<{ readonly type: string; readonly payload: unknown }> | string;

/** A workspace's events and the state that was folded from them on the way. */
export class History {
  readonly events: Array<WorkspaceEvent> = [];
  state: WorkspaceState = WorkspaceDecider.initial(ID);

  constructor() {
    for (const event of ACME) this.#record(recorded(WorkspaceDecider, ID, event, this.events.length + 1));
  }

  /** Carries a command out; throws when somebody who may do nothing caused events. */
  take({ by, command }: Step): Came {
    const version = this.events.length;
    const context: DecisionContext = { aggregate: ID, actor: { user_id: by }, at: timeAfter(version) };
    const member = by === SYSTEM || isActiveMember(this.state, by);
    const decision = WorkspaceDecider.decide(this.state, command, context);
    if (Result.isFailure(decision)) return decision.failure.code;
    // By an invite somebody becomes a member.
    if (!member && command.type !== "AcceptInvite" && decision.success.length > 0)
      throw new Error(`${by} is no member and caused ${command.type}`);
    for (const [i, event] of decision.success.entries()) {
      this.#record(recorded(WorkspaceDecider, ID, event, version + i + 1, context.actor));
    }
    return decision.success.map(({ type, payload }) => ({ type, payload }));
  }

  /** The same events, folded anew. */
  refolded(): WorkspaceState {
    return this.events.reduce(
      (state, event) => WorkspaceDecider.evolve(state, event),
      WorkspaceDecider.initial(ID),
    );
  }

  #record(event: WorkspaceEvent): void {
    this.state = WorkspaceDecider.evolve(this.state, event);
    this.events.push(event);
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Counted = Mutable<Omit<MessageHead, "reactions">> & { readonly reactions: Map<string, Set<string>> };
type Attachments = MessageHead["attachments"];

/** What each member keeps in files when one adds it up for oneself. */
export const addUp = (events: ReadonlyArray<WorkspaceEvent>): ReadonlyMap<string, Usage> => {
  const files = new Map<string, { readonly owner_id: string; readonly byte_size: number }>();
  for (const { type, payload } of events) {
    if (type === "upload.created") files.set(payload.upload_id, payload);
    if (type === "workspace.deleted") files.clear();
    if (type === "upload.deleted") files.delete(payload.upload_id);
    if (type === "message.deleted")
      for (const it of payload.removed_uploads ?? []) files.delete(it.upload_id);
  }
  const usage = new Map<string, Usage>();
  for (const { owner_id: owner, byte_size: size } of files.values()) {
    const { files: count, bytes } = usage.get(owner) ?? { files: 0, bytes: 0 };
    usage.set(owner, { files: count + 1, bytes: bytes + size });
  }
  return usage;
};

/** What messages come to when one counts for oneself; throws at the first event that counts otherwise. */
export const recount = (events: ReadonlyArray<WorkspaceEvent>): ReadonlyMap<string, MessageHead> => {
  const heads = new Map<string, Counted>();
  const channelSeq = new Map<string, number>();
  const add = (
    event: WorkspaceEvent,
    id: string,
    authorId: string,
    rootId: string,
    attachments: Attachments,
  ) =>
    heads.set(id, {
      authorId,
      channelId: event.channel_id!,
      rootId,
      deleted: false,
      replyCount: 0,
      lastThreadSeq: 0,
      lastReplyAuthorIds: [],
      reactions: new Map(),
      attachments,
    });
  const agree = (what: string, counted: unknown, told: unknown) => {
    if (counted !== told) throw new Error(`${what}: ${String(counted)} counted, ${String(told)} told`);
  };
  for (const event of events) {
    switch (event.type) {
      case "message.created": {
        const { message_id: id, author_id: author, channel_seq: seq, attachments = [] } = event.payload;
        agree("channel_seq", (channelSeq.get(event.channel_id!) ?? 0) + 1, seq);
        channelSeq.set(event.channel_id!, seq);
        add(event, id, author, id, attachments);
        break;
      }
      case "thread.reply_created": {
        const { message_id: id, author_id: author, root_message_id: rootId, thread_seq: seq } = event.payload;
        const { attachments = [] } = event.payload;
        const root = heads.get(rootId)!;
        agree("thread_seq", root.lastThreadSeq + 1, seq);
        root.lastThreadSeq = seq;
        root.replyCount++;
        root.lastReplyAt = event.at;
        root.lastReplyAuthorIds = [...new Set([author, ...root.lastReplyAuthorIds])].slice(0, 3);
        add(event, id, author, rootId, attachments);
        break;
      }
      case "thread.state_updated": {
        const root = heads.get(event.payload.root_message_id)!;
        agree("reply_count", root.replyCount, event.payload.reply_count);
        agree("last_reply_at", root.lastReplyAt, event.payload.last_reply_at);
        agree(
          "last replies' authors",
          root.lastReplyAuthorIds.join(),
          event.payload.last_reply_author_ids.join(),
        );
        break;
      }
      case "message.deleted": {
        const head = heads.get(event.payload.message_id)!;
        agree("deleted", head.deleted, false);
        head.deleted = true;
        const removed = event.payload.removed_uploads ?? [];
        agree(
          "uploads that go",
          head.attachments.map((it) => it.upload_id).join(),
          removed.map((it) => it.upload_id).join(),
        );
        head.attachments = [];
        head.reactions.clear();
        if (head.rootId !== event.payload.message_id) heads.get(head.rootId)!.replyCount--;
        break;
      }
      case "message.attachment_added": {
        const { message_id: id, upload_id, byte_size, attachment_count } = event.payload;
        const head = heads.get(id)!;
        head.attachments = [...head.attachments, { upload_id, byte_size }];
        agree("attachments", head.attachments.length, attachment_count);
        break;
      }
      case "reaction.added":
      case "reaction.removed": {
        const { message_id: id, emoji, user_id: user, count } = event.payload;
        const { reactions } = heads.get(id)!;
        const users = reactions.get(emoji) ?? new Set();
        const changed = event.type === "reaction.added" ? !users.has(user) : users.has(user);
        agree("a reaction that changes something", changed, true);
        if (event.type === "reaction.added") reactions.set(emoji, users.add(user));
        else users.delete(user);
        if (users.size === 0) reactions.delete(emoji);
        agree("count", users.size, count);
        break;
      }
      case "workspace.deleted":
        heads.clear();
        break;
      default:
    }
  }
  return heads;
};
