import type { IdempotencyKey } from "@clickclack/eventsourcing/Decider";
import { createHash } from "node:crypto";
import type { Caller } from "./authentication/Caller.ts";
import type { HttpRequest } from "./http/HttpRequest.ts";

const digest = (...parts: ReadonlyArray<string | Uint8Array>): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("base64url");
};

/** Keys are hashed: they are a client's text, and a snapshot holds a day of them. */
const keyOf = (kind: string, caller: Caller, key: string): string =>
  digest(kind, caller.account.id, key).slice(0, 24);

/** A nonce of a message or upload: the same author, nonce and content are the same message, or the same upload. */
export const nonceKey = (
  caller: Caller,
  nonce: string | undefined,
  content: Readonly<Record<string, unknown>>,
  kind: "nonce" | "upload" = "nonce",
): ReadonlyArray<IdempotencyKey> =>
  nonce === undefined
    ? []
    : [{ key: keyOf(kind, caller, nonce), fingerprint: digest(JSON.stringify(content)).slice(0, 24) }];

/** What somebody typed at a terminal, and sent again after a lost connection: its key says all that it is. */
export const inputKey = (caller: Caller, input: string): ReadonlyArray<IdempotencyKey> => [
  { key: keyOf("input", caller, input), fingerprint: "" },
];

/** An `Idempotency-Key` header: the same caller, key, path and body are the same request. */
export const headerKey = (
  caller: Caller,
  key: string | undefined,
  request: HttpRequest,
  body: Uint8Array,
): ReadonlyArray<IdempotencyKey> =>
  key === undefined
    ? []
    : [
        {
          key: keyOf("header", caller, key),
          fingerprint: digest(request.method, request.path, body).slice(0, 24),
        },
      ];
