import type { Preferences } from "@clickclack/protocol/events/IdentityEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";

/** As JSON: every change of them is an event, and every gateway that knows the account holds them. */
const MAX_BYTES = 16 * 1024;
/** Deeper than any settings are; a text of brackets alone must not exhaust the stack of whoever writes it as JSON. */
const MAX_DEPTH = 32;

/** Settings of a client's own, as they may be kept; none is as good as an empty object. Throws ApiFailure, 400. */
export const readPreferences = (field: string, preferences: Preferences | null): Preferences => {
  if (preferences === null) return {};
  const tooLarge = depthBeyond(preferences) || Buffer.byteLength(JSON.stringify(preferences)) > MAX_BYTES;
  if (!tooLarge) return preferences;
  const rule = `may have ${MAX_BYTES} bytes as JSON and ${MAX_DEPTH} levels at the most`;
  throw new ApiFailure("invalid_request", `${field} ${rule}`, { issues: [{ path: field, message: rule }] });
};

/** Whether something lies deeper than it may; without recursion. */
const depthBeyond = (value: unknown): boolean => {
  let level: ReadonlyArray<unknown> = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
};
