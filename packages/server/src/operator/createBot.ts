import type { IssuedToken } from "@clickclack/identity/Accounts";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { expandScopes } from "@clickclack/protocol/http/expandScopes";
import type { Scope } from "@clickclack/protocol/http/Scopes";
import { Operator } from "./Operator.ts";

export interface NewBot {
  /** Id or slug of the workspace that it joins. */
  readonly workspace: string;
  readonly name: string;
  readonly handle?: string;
  /** Id, email or handle of the person who answers for it. */
  readonly owner?: string;
  /** Scopes and bundles of its first token. */
  readonly scopes: ReadonlyArray<string>;
}

export interface CreatedBot {
  readonly botId: string;
  readonly workspaceId: string;
  readonly ownerId?: string;
  readonly scopes: ReadonlyArray<Scope>;
  readonly token: IssuedToken;
}

/** Makes a bot, a member of a workspace, and its first token, which opens that workspace alone. Throws ApiFailure. */
export const createBot = async (operator: Operator, wanted: NewBot): Promise<CreatedBot> => {
  const { accounts } = operator.deployment;
  const scopes = expandScopes(wanted.scopes);
  const workspaceId = await operator.workspace(wanted.workspace);
  const owner = wanted.owner === undefined ? {} : { ownerId: await personOf(operator, wanted.owner) };
  const botId = await accounts.create(
    {
      kind: "bot",
      displayName: wanted.name,
      ...(wanted.handle !== undefined && { handle: wanted.handle }),
      ...(owner.ownerId !== undefined && { ownerUserId: owner.ownerId }),
    },
    Operator.ACTOR,
  );
  await operator.send(workspaceId, { type: "AddMember", userId: botId, role: "bot" });
  const token = await accounts.issueBotToken(
    botId,
    { name: wanted.name, scopes, workspaceId },
    Operator.ACTOR,
  );
  return { botId, workspaceId, ...owner, scopes, token };
};

const personOf = async (operator: Operator, name: string): Promise<string> => {
  const { id, kind, active } = await operator.account(name);
  if (kind === "human" && active) return id;
  throw new ApiFailure("invalid_request", "a bot is owned by a person whose account is active");
};
