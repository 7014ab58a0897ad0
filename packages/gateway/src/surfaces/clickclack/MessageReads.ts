import { DatabaseUnavailable, withDatabase } from "@clickclack/database/Database";
import { ProjectionBehind } from "@clickclack/database/Watermarks";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Message } from "@clickclack/protocol/http/shapes";
import { canSeeChannel } from "@clickclack/workspace/access";
import type { MessageContent } from "@clickclack/workspace/message/messageContent";
import {
  decorate,
  findMessageRow,
  type MessageRow,
  type Window,
} from "@clickclack/workspace/projections/messageQueries";
import type { Moment } from "@clickclack/workspace/projections/Moment";
import { attachmentsOf, uploadView } from "@clickclack/workspace/projections/Uploads";
import { requirePlaceScope } from "../../authentication/authorize.ts";
import type { Caller } from "../../authentication/Caller.ts";
import type { MessagePlace } from "../../Directory.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import type { Created } from "./messageViews.ts";
import { momentOf } from "./momentOf.ts";

const noSuchMessage = () => new ApiFailure("not_found", "there is no such message");

/** Reads messages for callers who may see them. */
export class MessageReads {
  readonly #context: GatewayContext;

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  /** A message's row, current as of now; 404 to those who may not see it. */
  async visible(messageId: string, caller: Caller): Promise<MessageRow> {
    const { directory, reads, services } = this.#context;
    const place = await directory.placeOf(messageId);
    const replica = await reads.projected(place.workspaceId, caller).catch(hideWorkspace);
    if (!canSeeChannel(replica.state, caller.account.id, place.channelId)) throw noSuchMessage();
    requirePlaceScope(caller, place.channelId, "read");
    const row = await withDatabase(() => findMessageRow(services.db, messageId));
    if (!row) throw noSuchMessage();
    return row;
  }

  /** The root of the thread that a message belongs to. */
  async root(row: MessageRow): Promise<MessageRow> {
    if (row.root_id === row.id) return row;
    return (await withDatabase(() => findMessageRow(this.#context.services.db, row.root_id)))!;
  }

  /** A row as the message that its caller sees, or saw at a moment. */
  async view(row: MessageRow, caller: Caller, asOf?: Moment): Promise<Message> {
    const { db } = this.#context.services;
    const rows = await withDatabase(() => decorate(db, [row], caller.account.id, asOf));
    return rows[0]!;
  }

  /** The moment that `as_of` names in a workspace, with the read models at least as new. */
  async momentOf(asOf: string | undefined, workspaceId: string, caller: Caller): Promise<Moment | undefined> {
    if (asOf === undefined) return undefined;
    const { reads, services } = this.#context;
    const replica = await reads.workspace(workspaceId, caller);
    const moment = await momentOf(asOf, replica, services.epoch);
    await reads.projectedUpTo(workspaceId, replica.seq);
    return moment;
  }

  /** The message as it is at least from stream sequence `seq` on. */
  async after(place: MessagePlace, messageId: string, seq: number, caller: Caller): Promise<Message> {
    await this.#context.reads.projectedUpTo(place.workspaceId, seq);
    const row = await withDatabase(() => findMessageRow(this.#context.services.db, messageId));
    if (!row) throw noSuchMessage();
    return this.view(row, caller);
  }

  /** A message that was just posted with what the read model knows of its uploads; without them while that is away. */
  async posted(message: Message, { workspace_id, payload }: Created, seq: number): Promise<Message> {
    if (!payload.attachments) return message;
    const { reads, services } = this.#context;
    try {
      await reads.projectedUpTo(workspace_id, seq);
      const found = await withDatabase(() => attachmentsOf(services.db, [message.id]));
      return { ...message, attachments: (found.get(message.id) ?? []).map(uploadView) };
    } catch (error) {
      if (error instanceof DatabaseUnavailable || error instanceof ProjectionBehind) return message;
      throw error;
    }
  }

  /** What a new message in this channel quotes: 400 unless it is there for the caller to see, in the same channel. */
  async quote(
    messageId: string | undefined,
    channelId: string,
    caller: Caller,
  ): Promise<Pick<MessageContent, "quote">> {
    if (messageId === undefined || messageId === "") return {};
    const row = await this.visible(messageId, caller).catch((error: unknown) => {
      if (error instanceof ApiFailure && error.status === 404) return undefined;
      throw error;
    });
    if (row?.channel_id !== channelId || row.deleted_at) {
      throw new ApiFailure("invalid_request", "quoted_message_id names no message of this channel");
    }
    return { quote: { messageId, body: row.body, authorId: row.author_id } };
  }
}

const hideWorkspace = (error: unknown): never => {
  throw error instanceof ApiFailure && error.status === 404 ? noSuchMessage() : error;
};

/** Which window a request asks for; 400 for more than one of them. */
export const windowOf = (
  query: { readonly after_seq?: number; readonly before_seq?: number; readonly around_seq?: number },
  fallback: "Latest" | "Earliest",
  latest = false,
): Window => {
  const windows: Array<Window> = [];
  if (query.after_seq !== undefined) windows.push({ _tag: "After", seq: query.after_seq });
  if (query.before_seq !== undefined) windows.push({ _tag: "Before", seq: query.before_seq });
  if (query.around_seq !== undefined) windows.push({ _tag: "Around", seq: query.around_seq });
  if (latest) windows.push({ _tag: "Latest" });
  if (windows.length > 1) {
    throw new ApiFailure(
      "invalid_request",
      "give at most one of after_seq, before_seq, around_seq and the latest window",
    );
  }
  return windows[0] ?? { _tag: fallback };
};
