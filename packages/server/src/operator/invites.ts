import { inviteView } from "@clickclack/gateway/surfaces/clickclack/inviteView";
import type { InviteRole } from "@clickclack/protocol/events/WorkspaceEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Invite } from "@clickclack/protocol/http/InvitesGroup";
import { isId, newId } from "@clickclack/protocol/Ids";
import { slugify } from "@clickclack/workspace/channel/slugify";
import { InviteCodes } from "@clickclack/workspace/invite/InviteCodes";
import { visibleInvites } from "@clickclack/workspace/invite/visibleInvites";
import { SYSTEM } from "@clickclack/workspace/rules";
import type { Operator } from "./Operator.ts";

export interface NewInvite {
  readonly workspace: string;
  readonly role: InviteRole;
  /** Id or name of the channel that it leads into. */
  readonly channel?: string;
  /** Milliseconds; null for one that ends when it is revoked. */
  readonly expiresIn?: number | null;
  readonly maxUses?: number;
}

const codesOf = ({ deployment: { reservations, secrets } }: Operator): InviteCodes =>
  new InviteCodes({ reservations, sign: (text) => secrets.sign("invite", text) });

/** Every invite of a workspace, newest first. Throws ApiFailure. */
export const listInvites = async (operator: Operator, workspace: string): Promise<ReadonlyArray<Invite>> => {
  const workspaceId = await operator.workspace(workspace);
  const codes = codesOf(operator);
  return visibleInvites(await operator.state(workspaceId), SYSTEM, new Date().toISOString()).map((one) =>
    inviteView(codes, workspaceId, one),
  );
};

/** Makes an invite that stands in for the operator: no membership that ends takes it along. Throws ApiFailure. */
export const createInvite = async (operator: Operator, wanted: NewInvite): Promise<Invite> => {
  const { role, channel, expiresIn, maxUses } = wanted;
  const workspaceId = await operator.workspace(wanted.workspace);
  const channelId = channel === undefined ? undefined : await channelOf(operator, workspaceId, channel);
  const inviteId = newId("inv");
  await codesOf(operator).register({ workspaceId, inviteId });
  const end = typeof expiresIn === "number" ? new Date(Date.now() + expiresIn).toISOString() : expiresIn;
  await operator.send(workspaceId, {
    type: "CreateInvite",
    inviteId,
    role,
    ...(end !== undefined && { expiresAt: end }),
    ...(maxUses !== undefined && { maxUses }),
    ...(channelId !== undefined && { inviteChannelId: channelId }),
  });
  return (await listInvites(operator, workspaceId)).find(({ id }) => id === inviteId)!;
};

/** Takes an invite back, which is named by its id or its code. Throws ApiFailure. Returns the id. */
export const revokeInvite = async (operator: Operator, idOrCode: string): Promise<string> => {
  const codes = codesOf(operator);
  const place = await codes.find(isId("inv", idOrCode) ? codes.codeOf(idOrCode) : idOrCode);
  if (!place) throw new ApiFailure("not_found", "there is no such invite");
  const { workspaceId, inviteId } = place;
  await operator.send(workspaceId, { type: "RevokeInvite", inviteId });
  return inviteId;
};

const channelOf = async (operator: Operator, workspaceId: string, name: string): Promise<string> => {
  if (isId("chn", name)) return name;
  const id = (await operator.state(workspaceId)).channelNames.get(slugify(name.replace(/^#/, "")));
  if (id !== undefined) return id;
  throw new ApiFailure("not_found", `there is no channel ${name} in this workspace`);
};
