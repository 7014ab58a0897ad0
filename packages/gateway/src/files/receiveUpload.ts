import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import { isFileName, MAX_FILE_NAME } from "@clickclack/workspace/upload/fileName";
import { MAX_UPLOAD_BYTES, requireRoom } from "@clickclack/workspace/upload/Upload";
import * as Result from "effect/Result";
import type { Readable } from "node:stream";
import type { Caller } from "../authentication/Caller.ts";
import { requireMayWrite } from "../authentication/authorize.ts";
import { contentTypeOf } from "./fileHeaders.ts";
import { MAX_SIDE } from "./pictureSize.ts";
import { type FormFile, receiveForm } from "./receiveForm.ts";
import { storeFile } from "./storeFile.ts";
import type { GatewayContext } from "../GatewayContext.ts";

/** Boundaries and headers around the file. */
const FORM_BYTES = 64 * 1024;
const MAX_DURATION_MS = 7 * 24 * 3600 * 1000;
/** 64 MiB in this time are 110 kB/s; who is slower would keep its place for ever. */
const RECEIVE_MS = 10 * 60_000;

/** What is thrown away of a body that is refused, so that its sender reads why. */
export const MAX_REFUSED_BYTES = MAX_UPLOAD_BYTES + FORM_BYTES;

/** A file that is in storage, and in no log yet. */
export interface ReceivedUpload {
  readonly workspaceId: string;
  readonly uploadId: string;
  readonly filename: string;
  readonly contentType: string;
  readonly byteSize: number;
  readonly sha256: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
}

export interface UploadRequest {
  readonly caller: Caller;
  readonly headers: Readonly<Record<string, string>>;
  /** From the query; else the form names it before its file. */
  readonly workspaceId: string | undefined;
  readonly body: Readable;
}

/** Where the bytes of an upload lie. */
export const storageKey = (workspaceId: string, uploadId: string): string => `${workspaceId}/${uploadId}`;

/** Reads the form, and stores its file for a member who has room for it. */
export const receiveUpload = async (
  { services, reads }: GatewayContext,
  { caller, headers, workspaceId, body }: UploadRequest,
): Promise<ReceivedUpload> => {
  const declared = Number(headers["content-length"] ?? 0);
  if (headers["content-encoding"] !== undefined)
    throw new ApiFailure("unsupported_media_type", "a form is sent as it is, without a Content-Encoding");
  if (declared > MAX_REFUSED_BYTES)
    throw new ApiFailure("payload_too_large", "the file is larger than 64 MiB");

  let stored: string | undefined;
  const take = async ({ filename, contentType: told, stream, fields }: FormFile) => {
    const inWorkspace = workspaceOf(workspaceId, fields["workspace_id"]);
    const { state } = await reads.workspace(inWorkspace, caller);
    requireMayWrite(state, caller);
    // The rule is asked again once the size is known; this saves who has no room the sending.
    const room = requireRoom(state, caller.account.id, 0);
    if (Result.isFailure(room)) throw new ApiFailure("quota_exceeded", room.failure.message);
    const name = requireName(filename);
    const contentType = contentTypeOf(told);
    const uploadId = newId("upl");
    const key = storageKey(inWorkspace, uploadId);
    const facts = await storeFile(services.files, key, contentType, stream);
    stored = key;
    return { workspaceId: inWorkspace, uploadId, filename: name, contentType, ...facts };
  };

  const deadline = setTimeout(() => {
    body.destroy(new ApiFailure("request_timeout", "the file came too slowly"));
  }, RECEIVE_MS);
  try {
    const contentType = headers["content-type"] ?? "";
    const form = await receiveForm({ body, contentType, maxFileBytes: MAX_UPLOAD_BYTES, take });
    return withDimensions(form.taken, form.fields);
  } catch (error) {
    if (stored !== undefined) await services.files.remove(stored).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(deadline);
  }
};

const workspaceOf = (inQuery: string | undefined, inForm: string | undefined): string => {
  if (inQuery !== undefined && inForm !== undefined && inQuery !== inForm)
    throw new ApiFailure("invalid_request", "the query and the form name different workspaces");
  const workspaceId = inQuery ?? inForm;
  if (workspaceId === undefined)
    throw new ApiFailure(
      "invalid_request",
      "workspace_id has to stand in the query, or in the form before the file",
    );
  return workspaceId;
};

/** Names are kept as they were given; they never become part of a path. */
const requireName = (filename: string): string => {
  if (isFileName(filename)) return filename;
  throw new ApiFailure(
    "invalid_request",
    `a file's name has 1 to ${MAX_FILE_NAME} characters of valid UTF-8, none of them a control character`,
  );
};

const withDimensions = (
  { size, ...facts }: Awaited<ReturnType<typeof storeFile>> & Omit<ReceivedUpload, "width" | "height">,
  fields: Readonly<Record<string, string>>,
): ReceivedUpload => {
  const [width, height] = [numberIn(fields, "width", MAX_SIDE), numberIn(fields, "height", MAX_SIDE)];
  const durationMs = numberIn(fields, "duration_ms", MAX_DURATION_MS);
  return {
    ...facts,
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...size,
    ...(durationMs !== undefined && { durationMs }),
  };
};

const numberIn = (
  fields: Readonly<Record<string, string>>,
  name: string,
  max: number,
): number | undefined => {
  const text = fields[name];
  if (text === undefined || text === "") return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new ApiFailure("invalid_request", `${name} is a whole number up to ${max}`);
  return value;
};
