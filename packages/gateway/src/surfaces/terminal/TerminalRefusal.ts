import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";
import type { TerminalErrorCode } from "@clickclack/protocol/terminal/TerminalFrames";

/** The server said no, in a sentence for whoever typed. */
export class TerminalRefusal extends Error {
  readonly code: TerminalErrorCode;
  /** Seconds after which to try again. */
  readonly retryAfter: number | undefined;

  constructor(code: TerminalErrorCode, message: string, retryAfter?: number) {
    super(message);
    this.name = "TerminalRefusal";
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const CODES: { readonly [Code in ErrorCode]?: TerminalErrorCode } = {
  channel_full: "room_full",
  slow_mode: "rate_limited",
  too_many_requests: "rate_limited",
  not_found: "no_such_room",
  invalid_request: "bad_arguments",
  unauthenticated: "token_needed",
};

/** What went wrong, in this surface's terms; undefined for a defect. */
export const refusalOf = (error: unknown): TerminalRefusal | undefined => {
  if (error instanceof TerminalRefusal) return error;
  if (error instanceof ApiFailure) {
    const retry = Number(error.headers["Retry-After"]);
    const code = CODES[error.code] ?? (error.status >= 500 ? "unavailable" : "not_allowed");
    return new TerminalRefusal(code, error.message, retry > 0 ? retry : undefined);
  }
  if (error instanceof StoreUnavailable)
    return new TerminalRefusal("unavailable", "the server cannot do this right now; try again");
  return undefined;
};
