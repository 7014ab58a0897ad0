import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { readTime } from "./readTime.ts";

/** A field's RFC 3339 time in UTC, to the millisecond below it; throws 400 for other texts. */
export const requireTime = (text: string, field: string): string => {
  const at = readTime(text);
  if (at) return at.toISOString();
  const message = `${field} is a time such as 2026-11-20T10:00:00Z`;
  throw new ApiFailure("invalid_request", message, { issues: [{ path: field, message }] });
};
