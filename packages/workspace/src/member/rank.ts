import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";

const BELOW_MODERATORS: ReadonlySet<Role> = new Set(["member", "guest", "bot"]);

/**
 * Whether who has one role manages those who have the other, and may give it: the owner everybody but an owner,
 * moderators all below them, nobody else anybody.
 */
export const outranks = (role: Role, other: Role): boolean =>
  role === "owner" ? other !== "owner" : role === "moderator" && BELOW_MODERATORS.has(other);
