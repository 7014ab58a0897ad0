import { ERROR_CODES, type ErrorCode } from "./ErrorCodes.ts";

/** One thing wrong with a request: where, and what. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** What a request is refused with: a sentence for people, a code for programs; becomes the error body. */
export class ApiFailure extends Error {
  readonly code: ErrorCode;
  readonly issues: ReadonlyArray<Issue> | undefined;
  /** Further fields of the body, such as `tail_cursor`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Headers that the answer carries besides the usual ones. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly issues?: ReadonlyArray<Issue>;
      readonly details?: Record<string, unknown>;
      readonly headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.name = "ApiFailure";
    this.code = code;
    this.issues = options.issues;
    this.details = options.details ?? {};
    this.headers = options.headers ?? {};
  }

  /** What the domain said no with, as the failure that tells it; its code is one of the public ones. */
  static of(rejection: {
    readonly code: string;
    readonly message: string;
    readonly retryAfter?: number;
  }): ApiFailure {
    const { code, message, retryAfter } = rejection;
    const headers =
      retryAfter === undefined ? {} : { "Retry-After": String(Math.max(1, Math.ceil(retryAfter))) };
    return new ApiFailure(code as ErrorCode, message, { headers });
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}
