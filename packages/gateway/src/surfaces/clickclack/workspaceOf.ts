import type { Workspace } from "@clickclack/protocol/http/shapes";
import { workspaceView } from "@clickclack/workspace/projections/Workspaces";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Caller } from "../../authentication/Caller.ts";

/** A workspace as it stands in the log, for one of its members. */
export const workspaceOf = (state: WorkspaceState, caller: Caller): Workspace =>
  workspaceView({
    id: state.id,
    name: state.name,
    slug: state.slug,
    icon_url: state.iconUrl,
    created_at: state.createdAt,
    role: state.members.get(caller.account.id)!.role,
  });
