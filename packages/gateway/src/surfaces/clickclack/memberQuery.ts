import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";
import type { MemberQuery } from "@clickclack/workspace/projections/listMembers";
import { clamp } from "../../http/clamp.ts";

const MAX_MEMBERS = 200;
const DEFAULT_MEMBERS = 100;

/** Which members a request asks for. */
export const memberQuery = ({
  limit,
  cursor,
  q,
  role,
}: {
  readonly limit?: number;
  readonly cursor?: string;
  readonly q?: string;
  readonly role?: Role;
}): MemberQuery => ({
  limit: clamp(limit, 1, MAX_MEMBERS, DEFAULT_MEMBERS),
  ...(cursor !== undefined && { after: cursor }),
  ...(q !== undefined && { q }),
  ...(role !== undefined && { role }),
});
