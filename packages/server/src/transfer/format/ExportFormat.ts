import { UserKind } from "@clickclack/protocol/events/IdentityEvents";
import * as Schema from "effect/Schema";

const optional = Schema.optionalKey;

/** Format of exports that this program writes, and the only one that it reads. */
export const EXPORT_FORMAT = 1;

/** Written last: a folder without it holds no complete export. */
export const MANIFEST = "manifest.json";

/** The files of JSON lines, in the order in which they are written. */
export const LINE_FILES = ["personal.jsonl", "accounts.jsonl", "commits.jsonl", "files.jsonl"] as const;
export type LineFile = (typeof LINE_FILES)[number];

/** The folder that holds the bytes of each upload under its id. */
export const FILES_FOLDER = "files";

/** Where an export ends and what it holds. */
export const Manifest = Schema.Struct({
  format: Schema.Int,
  /** Whence and when; the one part in which two exports of the same content differ. */
  source: Schema.Struct({ program: Schema.String, epoch: Schema.Int, exported_at: Schema.String }),
  workspace: Schema.Struct({ id: Schema.String, slug: Schema.String, name: Schema.String }),
  /** The version of the newest event in it. */
  version: Schema.Int,
  with_drafts: Schema.Boolean,
  counts: Schema.Struct({
    accounts: Schema.Int,
    commits: Schema.Int,
    events: Schema.Int,
    personal_states: Schema.Int,
    files: Schema.Int,
    bytes: Schema.Int,
    /** Uploads whose bytes were gone or damaged. */
    missing_files: Schema.Int,
    /** Deleted messages whose texts were left out. */
    redacted_messages: Schema.Int,
  }),
  files: Schema.Array(
    Schema.Struct({
      name: Schema.Literals(LINE_FILES),
      lines: Schema.Int,
      byte_size: Schema.Int,
      sha256: Schema.String,
    }),
  ),
});
export type Manifest = typeof Manifest.Type;

/** A line of accounts.jsonl: who somebody is, and nothing that lets anybody in. */
export const AccountLine = Schema.Struct({
  id: Schema.String,
  kind: UserKind,
  display_name: Schema.String,
  handle: Schema.String,
  email: optional(Schema.String),
  avatar_url: Schema.String,
  owner_user_id: optional(Schema.String),
  created_at: Schema.String,
  /** Since when it is deactivated, or deleted for good. */
  deleted_at: optional(Schema.String),
  deleted: optional(Schema.Boolean),
});
export type AccountLine = typeof AccountLine.Type;

/** A line of commits.jsonl; `scope` and `type` are how its subject ends. */
export const CommitLine = Schema.Struct({
  id: Schema.String,
  scope: Schema.String,
  type: Schema.String,
  events: Schema.NonEmptyArray(Schema.Unknown),
});

/** A line of files.jsonl: an upload that existed; `missing` if its bytes could not be had. */
export const FileLine = Schema.Struct({
  upload_id: Schema.String,
  byte_size: Schema.Int,
  sha256: Schema.String,
  missing: optional(Schema.Boolean),
});
export type FileLine = typeof FileLine.Type;
