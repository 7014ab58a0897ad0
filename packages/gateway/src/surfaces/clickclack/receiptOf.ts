import type { PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import type { ReadReceipt } from "@clickclack/protocol/http/shapes";

/** How far somebody has read, as it is answered. */
export const receiptOf = (state: PersonalState): ReadReceipt => ({
  scope_id: state.scope_id,
  user_id: state.user_id,
  last_read_seq: state.last_read_seq,
  ...(state.last_read_at !== undefined && { last_read_at: state.last_read_at }),
});
