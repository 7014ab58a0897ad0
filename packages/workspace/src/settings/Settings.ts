import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import {
  type Decision,
  event,
  events,
  isManager,
  NO_SUCH_WORKSPACE,
  nothing,
  reject,
  requireWriter,
} from "../rules.ts";
import { emptyWorkspace, type WorkspaceState } from "../WorkspaceState.ts";

export type SettingsCommand =
  | {
      readonly type: "CreateWorkspace";
      readonly name: string;
      readonly slug: string;
    }
  | {
      readonly type: "UpdateWorkspace";
      readonly name?: string;
      readonly slug?: string;
      readonly iconUrl?: string;
    }
  | { readonly type: "DeleteWorkspace" };

export const decideSettings = (
  state: WorkspaceState,
  command: SettingsCommand,
  context: DecisionContext,
): Decision => {
  if (command.type === "CreateWorkspace") {
    if (state.deleted) return reject("not_found", NO_SUCH_WORKSPACE);
    if (state.exists) return nothing;
    const owner = context.actor.user_id;
    return events(
      event("workspace.created", { name: command.name, slug: command.slug, icon_url: "", owner_id: owner }),
      event("member.added", { user_id: owner, role: "owner" }),
    );
  }
  const member = requireWriter(state, context);
  if (Result.isFailure(member)) return Result.fail(member.failure);
  if (command.type === "DeleteWorkspace")
    return member.success.role === "owner"
      ? events(event("workspace.deleted", { slug: state.slug }))
      : reject("forbidden", "only the owner deletes the workspace");
  if (!isManager(member.success))
    return reject("forbidden", "only owners and moderators change the workspace");
  const changes = {
    ...(command.name !== undefined && { name: command.name }),
    ...(command.slug !== undefined && { slug: command.slug }),
    ...(command.iconUrl !== undefined && { icon_url: command.iconUrl }),
  };
  return Object.keys(changes).length === 0 ? nothing : events(event("workspace.updated", changes));
};

export const evolveSettings = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "workspace.created": {
      const { name, slug, icon_url: iconUrl } = event.payload;
      return { ...state, exists: true, name, slug, iconUrl, createdAt: event.at };
    }
    case "workspace.updated": {
      const { name = state.name, slug = state.slug, icon_url: iconUrl = state.iconUrl } = event.payload;
      return { ...state, name, slug, iconUrl };
    }
    case "workspace.deleted":
      return { ...emptyWorkspace(state.id), deleted: true };
    default:
      return state;
  }
};
