/** Where something is said, as clients are told: a channel, or a direct conversation. */
export interface Place {
  readonly channel_id?: string;
  readonly direct_conversation_id?: string;
}

/** Whether an id names a direct conversation rather than a channel. */
export const isConversationId = (scopeId: string): boolean => scopeId.startsWith("dm_");

export const placeOf = (scopeId: string): Place =>
  isConversationId(scopeId) ? { direct_conversation_id: scopeId } : { channel_id: scopeId };
