import type { S3Client } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { s3Failure } from "./s3Failure.ts";

/** A client for one upload, and who it was that failed. */
export interface WatchedUpload {
  readonly client: S3Client;
  /** What a caller should hear when the upload failed with this: the sender's own error, or StorageUnavailable. */
  failure(error: unknown): unknown;
}

const isPrematureClose = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";

/** Ends the sender's stream as soon as the bucket fails: an upload would otherwise wait for its next bytes first. */
export const watchUpload = (client: S3Client, body: Readable): WatchedUpload => {
  let refusal: { readonly error: unknown } | undefined;
  const refused = (error: unknown) => {
    // when the sender failed first, this is only what became of clearing up
    if (body.readableEnded || !body.destroyed) refusal ??= { error };
    body.destroy();
    throw error;
  };
  const send: S3Client["send"] = (...args: Array<unknown>) =>
    (client.send as (...all: Array<unknown>) => Promise<never>).apply(client, args).catch(refused);
  return {
    client: Object.create(client, { send: { value: send } }) as S3Client,
    failure: (error) => {
      const message = "the bucket did not take the file";
      if (refusal !== undefined) return s3Failure(message, refusal.error);
      return body.errored ?? (isPrematureClose(error) ? error : s3Failure(message, error));
    },
  };
};
