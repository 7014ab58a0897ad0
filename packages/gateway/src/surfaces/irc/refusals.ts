import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { META_TOO_LONG } from "@clickclack/workspace/message/messageMeta";
import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";

/** The contract's codes of this surface. */
export const IRC_CODES = {
  unauthorized: 401,
  bad_request: 400,
  not_found: 404,
  nick_taken: 409,
  forbidden: 403,
  payload_too_large: 413,
  rate_limited: 429,
  payment_required: 402,
  method_not_allowed: 405,
  internal: 500,
  unavailable: 503,
} as const;
export type IrcCode = keyof typeof IRC_CODES;

/** The server said no: as a numeric to those who speak IRC, as a code to those who speak HTTP. */
export class IrcRefusal extends Error {
  readonly numeric: string;
  readonly params: ReadonlyArray<string>;
  readonly code: IrcCode;
  /** Seconds after which to try again. */
  readonly retryAfter: number | undefined;

  constructor(
    numeric: string,
    params: ReadonlyArray<string>,
    message: string,
    code: IrcCode,
    retryAfter?: number,
  ) {
    super(message);
    this.name = "IrcRefusal";
    this.numeric = numeric;
    this.params = params;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return IRC_CODES[this.code];
  }
}

export const refuse = {
  noSuchNick: (nick: string) => new IrcRefusal("401", [nick], "there is no such nick", "not_found"),
  noSuchChannel: (name: string) => new IrcRefusal("403", [name], "there is no such channel", "not_found"),
  badChannel: (name: string) =>
    new IrcRefusal("403", [name], "a channel's name is # and letters, digits, _ or -", "bad_request"),
  cannotSend: (name: string, why: string) => new IrcRefusal("404", [name], why, "forbidden"),
  noRecipient: () => new IrcRefusal("411", [], "no recipient was given", "bad_request"),
  noText: () => new IrcRefusal("412", [], "there is no text to send", "bad_request"),
  tooLong: (most: number) =>
    new IrcRefusal("417", [], `a message has at most ${most} characters`, "payload_too_large"),
  metaTooLong: () => new IrcRefusal("417", [], META_TOO_LONG, "bad_request"),
  unknownCommand: (command: string) => new IrcRefusal("421", [command], "unknown command", "bad_request"),
  noNick: () => new IrcRefusal("431", [], "no nick was given", "bad_request"),
  badNick: (nick: string) =>
    new IrcRefusal(
      "432",
      [nick],
      "a nick is 1 to 32 letters, digits or _ - [ ] \\ ^ { } | ` and begins with no digit",
      "bad_request",
    ),
  nickTaken: (nick: string) => new IrcRefusal("433", [nick], "this nick is taken", "nick_taken"),
  notThere: (nick: string, name: string) =>
    new IrcRefusal("441", [nick, name], "they are not in that channel", "not_found"),
  notOnChannel: (name: string) => new IrcRefusal("442", [name], "you are not in that channel", "forbidden"),
  onChannel: (nick: string, name: string) =>
    new IrcRefusal("443", [nick, name], "is in that channel already", "bad_request"),
  missing: (command: string) => new IrcRefusal("461", [command], "not enough parameters", "bad_request"),
  operatorsOnly: (name: string) =>
    new IrcRefusal("482", [name], "you are no operator of that channel", "forbidden"),
  forbidden: (message: string) => new IrcRefusal("481", [], message, "forbidden"),
  badRequest: (message: string) => new IrcRefusal("400", [], message, "bad_request"),
};

/** Numerics of what the domain says no with, where the command does not know better. */
const NUMERICS: { readonly [Code in ErrorCode]?: string } = {
  invite_only: "473",
  banned: "474",
  bad_channel_key: "475",
  channel_full: "471",
  forbidden: "482",
  channel_archived: "404",
  no_active_peer: "404",
  blocked: "465",
  timed_out: "404",
  slow_mode: "404",
};

const CODES: Readonly<Record<number, IrcCode>> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "bad_request",
  413: "payload_too_large",
  429: "rate_limited",
  503: "unavailable",
};

/** A refusal of the shared parts in this surface's terms; `about` is the channel or nick that it concerns. */
export const refusalOf = (failure: ApiFailure, about: ReadonlyArray<string> = []): IrcRefusal => {
  const numeric = NUMERICS[failure.code] ?? "400";
  const retry = Number(failure.headers["Retry-After"]);
  const code = CODES[failure.status] ?? "internal";
  return new IrcRefusal(numeric, about, failure.message, code, retry > 0 ? retry : undefined);
};

/** Runs something of the shared parts; what they refuse is about these. */
export const about = async <A>(what: ReadonlyArray<string>, run: () => Promise<A>): Promise<A> => {
  try {
    return await run();
  } catch (error) {
    throw error instanceof ApiFailure && error.status < 500 ? refusalOf(error, what) : error;
  }
};
