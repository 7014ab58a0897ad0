/**
 * Every `code` in an error body, its HTTP status, and whether the same request may succeed later without change.
 * Statuses stand here and nowhere else.
 */
export const ERROR_CODES = {
  malformed_json: { status: 400, retry: false },
  invalid_request: { status: 400, retry: false },
  invalid_text: { status: 400, retry: false },
  invalid_parent: { status: 400, retry: false },
  unauthenticated: { status: 401, retry: false },
  forbidden: { status: 403, retry: false },
  not_author: { status: 403, retry: false },
  not_allowed_for_bots: { status: 403, retry: false },
  missing_scope: { status: 403, retry: false },
  csrf_required: { status: 403, retry: false },
  blocked: { status: 403, retry: false },
  channel_archived: { status: 403, retry: false },
  loopback_only: { status: 403, retry: false },
  not_found: { status: 404, retry: false },
  route_not_found: { status: 404, retry: false },
  method_not_allowed: { status: 405, retry: false },
  request_timeout: { status: 408, retry: false },
  conflict: { status: 409, retry: false },
  name_taken: { status: 409, retry: false },
  idempotency_conflict: { status: 409, retry: false },
  resync_required: { status: 409, retry: false },
  already_pinned: { status: 409, retry: false },
  no_active_peer: { status: 409, retry: false },
  message_deleted: { status: 409, retry: false },
  payload_too_large: { status: 413, retry: false },
  quota_exceeded: { status: 413, retry: false },
  unsupported_media_type: { status: 415, retry: false },
  limit_reached: { status: 409, retry: false },
  range_not_satisfiable: { status: 416, retry: false },
  too_many_requests: { status: 429, retry: true },
  internal: { status: 500, retry: true },
  not_configured: { status: 501, retry: false },
  unavailable: { status: 503, retry: true },
  projection_behind: { status: 503, retry: true },
} as const satisfies Record<string, { readonly status: number; readonly retry: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;
