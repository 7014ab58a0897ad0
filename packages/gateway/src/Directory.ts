import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isId } from "@clickclack/protocol/Ids";
import { isConversationId } from "@clickclack/workspace/direct/placeOf";
import { findMessageRow } from "@clickclack/workspace/projections/messageQueries";
import { withDatabase } from "@clickclack/database/Database";
import { BoundedMap } from "./BoundedMap.ts";
import type { GatewayServices } from "./GatewayServices.ts";
import type { Reads } from "./Reads.ts";

/** Where a message is. */
export interface MessagePlace {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly rootId: string;
}

const REMEMBERED = 50_000; // some 10 MB each

/** Finds the workspace that a channel or message belongs to: from memory, the log, or the read model. */
export class Directory {
  readonly #services: GatewayServices;
  readonly #reads: Reads;
  readonly #channels = new BoundedMap<string, string>(REMEMBERED);
  readonly #messages = new BoundedMap<string, MessagePlace>(REMEMBERED);

  constructor(services: GatewayServices, reads: Reads) {
    this.#services = services;
    this.#reads = reads;
  }

  /** The workspace of a channel; a conversation's id names none. Throws 404 and StoreUnavailable. */
  async workspaceOfChannel(channelId: string): Promise<string> {
    if (isConversationId(channelId)) throw new ApiFailure("not_found", "there is no such channel");
    return this.workspaceOf(channelId);
  }

  /** The workspace of a channel or direct conversation. Throws 404 and StoreUnavailable. */
  async workspaceOf(channelId: string): Promise<string> {
    const known = this.#channels.get(channelId);
    if (known !== undefined) return known;
    const type = isId("chn", channelId)
      ? "channel.created"
      : isId("dm", channelId)
        ? "dm.created"
        : undefined;
    if (type === undefined) throw new ApiFailure("not_found", "there is no such channel");
    const found = await this.#services.reader.findAggregate((p) => `chat.${p}.*.${channelId}.${type}`);
    if (found === undefined) throw new ApiFailure("not_found", "there is no such channel");
    this.#channels.set(channelId, found);
    return found;
  }

  /** Where a message is. Throws 404, and DatabaseUnavailable or ProjectionBehind for one that is not remembered. */
  async placeOf(messageId: string): Promise<MessagePlace> {
    const known = this.#messages.get(messageId);
    if (known) return known;
    if (!isId("msg", messageId)) throw new ApiFailure("not_found", "there is no such message");
    const place = (await this.#lookUp(messageId)) ?? (await this.#lookUpAfterAll(messageId));
    if (!place) throw new ApiFailure("not_found", "there is no such message");
    this.#messages.set(messageId, place);
    return place;
  }

  rememberMessage(messageId: string, place: MessagePlace): void {
    this.#messages.set(messageId, place);
  }

  /** A message that was just sent through another node may not be projected yet. */
  async #lookUpAfterAll(messageId: string): Promise<MessagePlace | undefined> {
    await this.#reads.allProjected();
    return this.#lookUp(messageId);
  }

  async #lookUp(messageId: string): Promise<MessagePlace | undefined> {
    const row = await withDatabase(() => findMessageRow(this.#services.db, messageId));
    return row && { workspaceId: row.workspace_id, channelId: row.channel_id, rootId: row.root_id };
  }
}
