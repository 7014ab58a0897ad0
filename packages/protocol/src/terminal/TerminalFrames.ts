import * as Schema from "effect/Schema";

const optional = Schema.optionalKey;

/** Characters of a message; what is longer is refused, not cut. */
export const MAX_TERMINAL_TEXT = 4_000;
/** Characters of a name or room. */
export const MAX_TERMINAL_NAME = 64;
const MAX_ID = 128;
const MAX_TOKEN = 1_024;
/** It names every room that one is in. */
const MAX_RESUME = 8_192;

/** Frames that only those get who ask: who is typing, and what became of messages that were shown. */
export const TerminalExtra = Schema.Literals(["typing", "changes"]);
export type TerminalExtra = typeof TerminalExtra.Type;

/** What a client of `/terminal` sends, one object a text frame: `hello` first, then what was typed. */
export const TerminalInput = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("hello"),
    /** May be left out by those who come with a token, or with `?username=`. */
    username: optional(Schema.String.check(Schema.isMaxLength(MAX_TERMINAL_NAME))),
    /** The newest that was sent: username, rooms and current room come back. */
    resume: optional(Schema.String.check(Schema.isMaxLength(MAX_RESUME))),
    /** Id of the last message that was shown: what was said since arrives once, marked as missed. */
    last: optional(Schema.String.check(Schema.isMaxLength(MAX_ID))),
    /** Proves that a registered handle is one's own; the `Authorization` header of the upgrade does too. */
    token: optional(Schema.String.check(Schema.isMaxLength(MAX_TOKEN))),
    /** Frames beyond the plain ones that the client knows; without it none of them is sent. */
    wants: optional(Schema.Array(TerminalExtra).check(Schema.isMaxLength(8))),
  }),
  Schema.Struct({
    type: Schema.Literal("input"),
    text: Schema.String,
    /** Answered by an `ack`, or an `error`, with the same id, once everything that it caused was sent. */
    id: optional(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(MAX_ID))),
  }),
  Schema.Struct({ type: Schema.Literal("typing") }),
]);
export type TerminalInput = typeof TerminalInput.Type;

/** What the server sends. Rooms are named without `#`; `ts` is RFC 3339 in UTC. */
export type TerminalFrame =
  | {
      readonly type: "welcome";
      readonly username: string;
      readonly rooms: ReadonlyArray<string>;
      readonly room: string;
      readonly resume: string;
    }
  | {
      readonly type: "message";
      readonly id: string;
      readonly ts: string;
      readonly username: string;
      readonly room: string;
      readonly text: string;
      /** Said while the client was away. */
      readonly missed?: true;
      /** Said long before: an answer to `/history`. */
      readonly history?: true;
      /** The room is a private conversation with this person. */
      readonly direct?: string;
      /** What somebody does, told by `/me`: shown as `* username text`. */
      readonly action?: true;
      /** A reply: id of the message that it answers. */
      readonly thread?: string;
      readonly resume?: string;
    }
  | {
      readonly type: "notice";
      readonly text: string;
      /** The room that is current from now on, where it tells of that. */
      readonly room?: string;
      /** The rooms that one is in from now on, where others changed that. */
      readonly rooms?: ReadonlyArray<string>;
      /** Somebody whom the client meets has another name now. */
      readonly renamed?: { readonly from: string; readonly to: string };
      readonly resume?: string;
    }
  | {
      readonly type: "joined" | "left";
      readonly username: string;
      readonly room: string;
      readonly ts: string;
      readonly resume?: string;
    }
  | {
      readonly type: "users";
      readonly room: string;
      readonly users: ReadonlyArray<string>;
      readonly resume?: string;
    }
  | { readonly type: "typing"; readonly username: string; readonly room: string }
  | {
      readonly type: "edited";
      readonly id: string;
      readonly ts: string;
      readonly username: string;
      readonly room: string;
      readonly text: string;
      readonly resume?: string;
    }
  | { readonly type: "deleted"; readonly id: string; readonly room: string; readonly resume?: string }
  | {
      readonly type: "ack";
      readonly id: string;
      /** What is current then: joining and leaving change it. */
      readonly room?: string;
      readonly rooms?: ReadonlyArray<string>;
      readonly username?: string;
      readonly resume?: string;
    }
  | {
      readonly type: "error";
      readonly code: TerminalErrorCode;
      readonly message: string;
      /** Of the input that was refused. */
      readonly id?: string;
      /** Seconds until the same input may be taken. */
      readonly retry_after?: number;
    };

/** Why something was refused. Those of `hello` end the connection. */
export type TerminalErrorCode =
  | "bad_frame"
  | "hello_expected"
  | "bad_username"
  | "username_taken"
  | "token_needed"
  | "empty"
  | "too_long"
  | "unknown_command"
  | "bad_arguments"
  | "no_such_room"
  | "no_such_user"
  | "not_in_room"
  | "only_room"
  | "room_full"
  | "room_exists"
  | "rate_limited"
  | "not_allowed"
  | "unavailable"
  | "idle"
  | "at_capacity";

/** WebSocket close codes of this surface besides the shared ones. */
export const TERMINAL_CLOSE_CODES = {
  idle: { code: 4008, reason: "idle for too long" },
  refused: { code: 4003, reason: "refused; see the error before" },
  quit: { code: 1000, reason: "goodbye" },
} as const;
