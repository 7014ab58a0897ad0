import type { Workspace } from "@clickclack/protocol/http/shapes";
import { workspaceView } from "@clickclack/workspace/projections/Workspaces";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Caller } from "../../authentication/Caller.ts";

/** A workspace as the log has it, with what its caller is there. */
export const ownWorkspace = (state: WorkspaceState, { account }: Caller): Workspace =>
  workspaceView({
    id: state.id,
    name: state.name,
    slug: state.slug,
    icon_url: state.iconUrl,
    created_at: state.createdAt,
    role: state.members.get(account.id)!.role,
  });
