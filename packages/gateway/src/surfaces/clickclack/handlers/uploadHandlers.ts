import { withDatabase } from "@clickclack/database/Database";
import type { WorkspaceEventOf } from "@clickclack/protocol/events/WorkspaceEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Upload } from "@clickclack/protocol/http/shapes";
import type { UploadsGroup } from "@clickclack/protocol/http/UploadsGroup";
import { isId } from "@clickclack/protocol/Ids";
import { canSeeUpload } from "@clickclack/workspace/access";
import {
  findUpload,
  findUploadByNonce,
  type UploadRow,
  uploadView,
} from "@clickclack/workspace/projections/Uploads";
import { requirePlaceScope } from "../../../authentication/authorize.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import { watchCaller } from "../../../authentication/watchCaller.ts";
import { byteRange } from "../../../files/byteRange.ts";
import { fileHeaders } from "../../../files/fileHeaders.ts";
import { UploadTurns } from "../../../files/UploadTurns.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, type HttpReply, ok } from "../../../http/HttpReply.ts";
import { eventOf } from "../../../Writes.ts";
import { headerKey, nonceKey } from "../../../idempotencyKeys.ts";
import { removeFile } from "../../../files/removeFile.ts";
import { type ReceivedUpload, receiveUpload, storageKey } from "../../../files/receiveUpload.ts";

const NONCE_SUPPORTED = { "X-ClickClack-Upload-Nonce": "supported" };

const noSuchUpload = () => new ApiFailure("not_found", "there is no such upload");

export const uploadHandlers = (context: GatewayContext): Handlers<typeof UploadsGroup> => {
  const { services, reads, writes, directory } = context;
  const turns = new UploadTurns();

  /** Records a file that is in storage. */
  const record = async (
    { workspaceId, ...facts }: ReceivedUpload,
    nonce: string | undefined,
    { caller, request, headers }: Parameters<Handlers<typeof UploadsGroup>["createUpload"]>[0],
  ) => {
    const { uploadId: _, ...content } = facts;
    const byHeader = headerKey(
      caller,
      headers["idempotency-key"],
      request,
      Buffer.from(JSON.stringify(content)),
    );
    const keys = [...byHeader, ...nonceKey(caller, nonce, { workspaceId, ...content }, "upload")];
    const command = { type: "CreateUpload" as const, ...facts, ...(nonce !== undefined && { nonce }) };
    const { correlationId } = request;
    const outcome = await writes
      .send(workspaceId, caller, command, { correlationId, keys })
      .catch(async (error: unknown) => {
        // Of a command that got no answer nobody knows; what was refused for certain goes.
        if (error instanceof ApiFailure) await removeFile(services, workspaceId, facts.uploadId);
        throw error;
      });
    const created = eventOf(outcome, "upload.created");
    if (created?.event.payload.upload_id !== facts.uploadId)
      await removeFile(services, workspaceId, facts.uploadId);
    if (!created) throw new ApiFailure("idempotency_conflict", "this key was used for another request");
    const upload = uploadOf(created.event);
    return outcome.replayed && byHeader.length === 0 ? ok({ upload }) : createdReply({ upload });
  };

  /** An upload that its caller sees, current as of now, and whether it still does. */
  const visible = async (uploadId: string, caller: Caller) => {
    if (!isId("upl", uploadId)) throw noSuchUpload();
    const lookUp = () => withDatabase(() => findUpload(services.db, uploadId));
    const found = (await lookUp()) ?? (await reads.allProjected().then(lookUp));
    if (!found) throw noSuchUpload();
    const replica = await reads.projected(found.workspace_id, caller).catch((error: unknown) => {
      throw error instanceof ApiFailure && error.status === 404 ? noSuchUpload() : error;
    });
    const row = await lookUp();
    const mayGoOn = (it: UploadRow) =>
      canSeeUpload(replica.state, caller.account.id, { ownerId: it.owner_id, channelId: it.channel_id });
    if (!row || !mayGoOn(row)) throw noSuchUpload();
    if (row.channel_id !== null) requirePlaceScope(caller, row.channel_id, "read");
    return { row, mayGoOn: () => mayGoOn(row) };
  };

  return {
    createUpload: (posted) =>
      turns.take(posted.caller.account.id, async () => {
        const { caller, query, request, body } = posted;
        const { workspace_id: workspaceId, nonce } = query;
        const from = { caller, headers: request.headers, workspaceId, body: body! };
        return record(await receiveUpload(context, from), nonce, posted);
      }),

    getUploadByNonce: async ({ caller, query }) => {
      const replica = await reads.projected(query.workspace_id, caller);
      const place = { workspaceId: replica.id, ownerId: caller.account.id, nonce: query.nonce };
      const row = await withDatabase(() => findUploadByNonce(services.db, place));
      if (!row)
        throw new ApiFailure("not_found", "no upload of yours has this nonce", { headers: NONCE_SUPPORTED });
      return ok({ upload: uploadView(row) }, NONCE_SUPPORTED);
    },

    getUpload: async ({ caller, params, headers: asked }) => {
      const { row, mayGoOn: sees } = await visible(params.upload_id, caller);
      const etag = `"${row.sha256}"`;
      const headers = { ...fileHeaders(row), ETag: etag };
      const bytes = (reply: HttpReply) => reply as HttpReply<Uint8Array>;
      if (matches(asked["if-none-match"], etag)) return bytes({ status: 304, headers: { ETag: etag } });
      const unchanged = [undefined, etag].includes(asked["if-range"]);
      const range = unchanged ? byteRange(asked.range, row.byte_size) : undefined;
      const stream = await services.files.get(storageKey(row.workspace_id, row.id), range);
      const watched = watchCaller(services.directory, caller);
      stream.once("close", watched.stop);
      const mayGoOn = () => watched.good() && sees();
      if (!range) return bytes({ status: 200, headers, file: { stream, byteSize: row.byte_size, mayGoOn } });
      const part = `bytes ${range.first}-${range.last}/${row.byte_size}`;
      const byteSize = range.last - range.first + 1;
      return bytes({
        status: 206,
        headers: { ...headers, "Content-Range": part },
        file: { stream, byteSize, mayGoOn },
      });
    },

    deleteUpload: async ({ caller, params, request }) => {
      const { row } = await visible(params.upload_id, caller);
      const command = { type: "DeleteUpload" as const, uploadId: row.id };
      await writes.send(row.workspace_id, caller, command, { correlationId: request.correlationId });
      await removeFile(services, row.workspace_id, row.id);
      return ok({ ok: true });
    },

    attachUpload: async ({ caller, params, payload, request }) => {
      const { workspaceId, channelId } = await directory.placeOf(params.message_id);
      const command = {
        type: "AttachUpload" as const,
        channelId,
        messageId: params.message_id,
        uploadId: payload.upload_id,
      };
      await writes.send(workspaceId, caller, command, { correlationId: request.correlationId });
      return ok({ ok: true });
    },
  };
};

const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  header.split(",").some((one) => [etag, "*"].includes(one.trim().replace(/^W\//, "")));

const uploadOf = ({ workspace_id, at, payload }: WorkspaceEventOf<"upload.created">): Upload => {
  const { upload_id: id, sha256: _, ...facts } = payload;
  return { id, workspace_id, created_at: at, ...facts };
};
