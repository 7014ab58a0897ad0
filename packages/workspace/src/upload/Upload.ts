import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import { trimOldest } from "@clickclack/eventsourcing/trimOldest";
import type { WorkspaceEvent, WorkspacePayload } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import type { Rejection } from "@clickclack/eventsourcing/Decider";
import {
  type Decision,
  event,
  events,
  nothing,
  reject,
  requireLiveHead,
  requireMember,
  requireNoTimeout,
} from "../rules.ts";
import { isFileName } from "./fileName.ts";
import {
  type AttachmentState,
  MAX_HEADS,
  updateHead,
  type UploadHead,
  type WorkspaceState,
} from "../WorkspaceState.ts";

/** What one person may keep in one workspace. */
export const MAX_UPLOADS = 64;
export const MAX_UPLOADED_BYTES = 512 * 1024 * 1024;
/** Of one file. */
export const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;
/** On one message: a page of 200 messages stays one that a person can load. */
export const MAX_ATTACHMENTS = 10;

export type UploadCommand =
  | {
      readonly type: "CreateUpload";
      readonly uploadId: string;
      readonly filename: string;
      readonly contentType: string;
      readonly byteSize: number;
      readonly sha256: string;
      readonly nonce?: string;
      readonly width?: number;
      readonly height?: number;
      readonly durationMs?: number;
    }
  | { readonly type: "DeleteUpload"; readonly uploadId: string }
  | {
      readonly type: "AttachUpload";
      readonly channelId: string;
      readonly messageId: string;
      readonly uploadId: string;
    };

const noSuchUpload = reject("not_found", "there is no such upload");

/** Whether a person may keep so many bytes more; they say why not. */
export const requireRoom = (
  state: WorkspaceState,
  userId: string,
  byteSize: number,
): Result.Result<void, Rejection> => {
  const { files, bytes } = state.usage.get(userId) ?? NOTHING_USED;
  if (files >= MAX_UPLOADS)
    return reject("quota_exceeded", `you keep ${MAX_UPLOADS} files in this workspace, which is the most`);
  if (bytes + byteSize > MAX_UPLOADED_BYTES)
    return reject(
      "quota_exceeded",
      "this file is larger than what is left of your 512 MiB in this workspace",
    );
  return Result.succeed(undefined);
};

export const decideUpload = (
  state: WorkspaceState,
  command: UploadCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  switch (command.type) {
    case "CreateUpload":
      return Result.flatMap(requireNoTimeout(state, context), () => createUpload(state, command, context));
    case "DeleteUpload":
      return Result.flatMap(
        requireOwn(state, context, command.uploadId),
        ({ messageId, ownerId, byteSize }) =>
          messageId === undefined
            ? events(
                event("upload.deleted", {
                  upload_id: command.uploadId,
                  owner_id: ownerId,
                  byte_size: byteSize,
                }),
              )
            : reject("conflict", "this upload is attached to a message; it goes when the message is deleted"),
      );
    case "AttachUpload":
      return attachUpload(state, command, context);
  }
};

const createUpload = (
  state: WorkspaceState,
  command: Extract<UploadCommand, { readonly type: "CreateUpload" }>,
  context: DecisionContext,
): Decision => {
  if (!isFileName(command.filename)) return reject("invalid_request", "a file cannot be called so");
  return Result.flatMap(requireRoom(state, context.actor.user_id, command.byteSize), () => {
    const { nonce, width, height, durationMs } = command;
    return events(
      event("upload.created", {
        upload_id: command.uploadId,
        owner_id: context.actor.user_id,
        filename: command.filename,
        content_type: command.contentType,
        byte_size: command.byteSize,
        sha256: command.sha256,
        ...(nonce !== undefined && { nonce }),
        ...(width !== undefined && { width }),
        ...(height !== undefined && { height }),
        ...(durationMs !== undefined && { duration_ms: durationMs }),
      }),
    );
  });
};

const attachUpload = (
  state: WorkspaceState,
  { channelId, messageId, uploadId }: Extract<UploadCommand, { readonly type: "AttachUpload" }>,
  context: DecisionContext,
): Decision =>
  Result.flatMap(requireLiveHead(state, context, { channelId, messageId }), (head) => {
    if (head.authorId !== context.actor.user_id)
      return reject("not_author", "only its author attaches files to a message");
    if (head.attachments.some((it) => it.upload_id === uploadId)) return nothing;
    if (head.attachments.length >= MAX_ATTACHMENTS)
      return reject("limit_reached", `a message has at most ${MAX_ATTACHMENTS} attachments`);
    return Result.flatMap(requireFree(state, context, uploadId), ({ byteSize }) => {
      const payload = {
        message_id: messageId,
        root_message_id: head.rootId,
        upload_id: uploadId,
        byte_size: byteSize,
        attachment_count: head.attachments.length + 1,
      };
      return events(event("message.attachment_added", payload, head.channelId));
    });
  });

/** An upload of the actor's own: those of others do not exist for it. */
const requireOwn = (
  state: WorkspaceState,
  context: DecisionContext,
  uploadId: string,
): Result.Result<UploadHead, Rejection> => {
  const upload = state.uploads.get(uploadId);
  return upload?.ownerId === context.actor.user_id ? Result.succeed(upload) : noSuchUpload;
};

/** An upload of the actor's own that is on no message yet. */
const requireFree = (
  state: WorkspaceState,
  context: DecisionContext,
  uploadId: string,
): Result.Result<UploadHead, Rejection> =>
  Result.flatMap(requireOwn(state, context, uploadId), (upload) =>
    upload.messageId === undefined
      ? Result.succeed(upload)
      : reject("conflict", "this upload is attached to a message already"),
  );

/** What a new message carries, from the ids of its uploads. */
export const attachmentsOf = (
  state: WorkspaceState,
  context: DecisionContext,
  uploadId: string | undefined,
): Result.Result<ReadonlyArray<AttachmentState>, Rejection> =>
  uploadId === undefined
    ? Result.succeed([])
    : Result.map(requireFree(state, context, uploadId), ({ byteSize }) => [
        { upload_id: uploadId, byte_size: byteSize },
      ]);

const NOTHING_USED = { files: 0, bytes: 0 };

const use = (state: WorkspaceState, userId: string, files: number, bytes: number): void => {
  const used = state.usage.get(userId) ?? NOTHING_USED;
  const left = { files: used.files + files, bytes: used.bytes + bytes };
  if (left.files === 0) state.usage.delete(userId);
  else state.usage.set(userId, left);
};

/** Sets what is known of an upload, `null` for one that is not there, and lets the oldest go beyond the bound. */
export const putUpload = (state: WorkspaceState, id: string, upload: UploadHead | null): void => {
  state.uploads.delete(id);
  state.uploads.set(id, upload);
  trimOldest(state.uploads, MAX_HEADS);
};

/** Marks uploads as being on a message. */
export const markAttached = (
  state: WorkspaceState,
  messageId: string,
  attachments: ReadonlyArray<AttachmentState>,
): void => {
  for (const { upload_id: id } of attachments) {
    const upload = state.uploads.get(id);
    if (upload) putUpload(state, id, { ...upload, messageId });
  }
};

/** Lets the uploads of a deleted message go. */
export const releaseUploads = (
  state: WorkspaceState,
  { removed_uploads: removed = [] }: WorkspacePayload<"message.deleted">,
): void => {
  for (const { upload_id: id, owner_id: ownerId, byte_size: bytes } of removed) {
    putUpload(state, id, null);
    use(state, ownerId, -1, -bytes);
  }
};

export const evolveUpload = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "upload.created": {
      const { upload_id: id, owner_id: ownerId, byte_size: byteSize } = event.payload;
      putUpload(state, id, { ownerId, byteSize });
      use(state, ownerId, 1, byteSize);
      return state;
    }
    case "upload.deleted":
      putUpload(state, event.payload.upload_id, null);
      use(state, event.payload.owner_id, -1, -event.payload.byte_size);
      return state;
    case "message.attachment_added": {
      const { message_id: messageId, upload_id, byte_size } = event.payload;
      const attachment = { upload_id, byte_size };
      updateHead(state, messageId, (head) => ({ attachments: [...head.attachments, attachment] }));
      markAttached(state, messageId, [attachment]);
      return state;
    }
    default:
      return state;
  }
};
