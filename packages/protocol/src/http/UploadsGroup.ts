import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api";
import { created, failures, IdParam, idempotencyHeader, mediaTypeFailure, rangeFailure } from "./endpoint.ts";
import { Nonce } from "./MessagesGroup.ts";
import { Upload } from "./shapes.ts";

const optional = Schema.optionalKey;

/** The parts of a form that carries a file. `workspace_id` stands before `file`, or in the query. */
const UploadForm = Schema.Struct({
  workspace_id: optional(IdParam),
  file: Schema.String.annotate({ format: "binary" }),
  /** In pixels; what the server reads out of a picture itself counts more. */
  width: optional(Schema.String),
  height: optional(Schema.String),
  duration_ms: optional(Schema.String),
});

const OneUpload = Schema.Struct({ upload: Upload });
const Done = Schema.Struct({ ok: Schema.Literal(true) });
/** Of the type that the file has, where it can run nothing. */
const Bytes = Schema.Uint8Array.pipe(HttpApiSchema.asUint8Array({ contentType: "*/*" }));
/** One range of bytes; several are answered with all of it. */
const conditions = {
  range: optional(Schema.String),
  "if-range": optional(Schema.String),
  "if-none-match": optional(Schema.String),
};
const upload = { params: { upload_id: IdParam }, error: failures } as const;

/** Files, and what they are attached to. */
export const UploadsGroup = HttpApiGroup.make("uploads").add(
  HttpApiEndpoint.post("createUpload", "/api/uploads", {
    query: { workspace_id: optional(IdParam), nonce: optional(Nonce) },
    headers: idempotencyHeader,
    payload: UploadForm.pipe(HttpApiSchema.asMultipart()),
    success: [created(OneUpload), OneUpload],
    error: [...failures, mediaTypeFailure],
  }),
  HttpApiEndpoint.get("getUploadByNonce", "/api/uploads/by-nonce", {
    query: { workspace_id: IdParam, nonce: Nonce },
    success: OneUpload,
    error: failures,
  }),
  HttpApiEndpoint.get("getUpload", "/api/uploads/:upload_id", {
    ...upload,
    headers: conditions,
    success: [Bytes, Bytes.pipe(HttpApiSchema.status(206)), HttpApiSchema.Empty(304)],
    error: [...failures, rangeFailure],
  }),
  HttpApiEndpoint.delete("deleteUpload", "/api/uploads/:upload_id", { ...upload, success: Done }),
  HttpApiEndpoint.post("attachUpload", "/api/messages/:message_id/attachments", {
    params: { message_id: IdParam },
    payload: Schema.Struct({ upload_id: IdParam }),
    success: Done,
    error: failures,
  }),
);
