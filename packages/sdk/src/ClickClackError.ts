import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";

/** What the server refused a request with. `code` is for programs, `message` a sentence for people. */
export class ClickClackError extends Error {
  readonly status: number;
  /** `unreadable` stands for an answer that is not one of a ClickClack server. */
  readonly code: ErrorCode | "unreadable";
  readonly requestId: string | undefined;
  readonly issues: ReadonlyArray<{ readonly path: string; readonly message: string }>;
  /** Seconds to wait before the same request may succeed. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: unknown, retryAfter: string | null) {
    const { error, code, request_id, issues } = (
      typeof body === "object" && body !== null ? body : {}
    ) as Partial<Record<string, unknown>>;
    super(typeof error === "string" ? error : `the server answered ${status}`);
    this.name = "ClickClackError";
    this.status = status;
    this.code = typeof code === "string" ? (code as ErrorCode) : "unreadable";
    this.requestId = typeof request_id === "string" ? request_id : undefined;
    this.issues = Array.isArray(issues) ? (issues as typeof this.issues) : [];
    this.retryAfter = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
  }
}
