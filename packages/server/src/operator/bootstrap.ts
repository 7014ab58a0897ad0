import type { IssuedToken } from "@clickclack/identity/Accounts";
import { readEmail } from "@clickclack/identity/Accounts";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Deployment } from "../Deployment.ts";
import { OWNER } from "../serve/developmentMode.ts";
import { createFirstWorkspace } from "./createFirstWorkspace.ts";
import { Operator } from "./Operator.ts";

/** Who owns a deployment, as its meta says. */
export interface Owner {
  readonly user_id: string;
  readonly at: string;
}

export interface Bootstrap {
  readonly name: string;
  readonly email: string;
  readonly workspace: string;
}

export interface Owned {
  readonly userId: string;
  readonly workspace: { readonly id: string; readonly slug: string };
}

export interface Bootstrapped extends Owned {
  readonly link: IssuedToken;
}

const CHANNEL = "general";
/** A bootstrap that did not come to its end holds up another owner's for this long; it takes a second. */
const ABANDONED_AFTER_MS = 60_000;

/** Gives a deployment its first owner, with a workspace, and a one-time link. Throws ApiFailure when there is an owner. */
export const bootstrap = async (operator: Operator, wanted: Bootstrap): Promise<Bootstrapped> => {
  const owned = await makeOwner(operator, wanted);
  const link = await operator.deployment.accounts.issueMagicLink(owned.userId, Operator.ACTOR);
  return { ...owned, link };
};

/**
 * Gives a deployment its first owner, with a workspace. Development mode is off from then on, in every process. One that
 * was interrupted is finished by the same once more. Throws ApiFailure when there is an owner.
 */
export const makeOwner = async (operator: Operator, wanted: Bootstrap): Promise<Owned> => {
  const { meta, accounts } = operator.deployment;
  await refuseSecond(operator.deployment);
  // Before it is claimed: who mistyped it need not wait for the claim to be abandoned.
  const email = readEmail(wanted.email);
  await claimOwnership(operator, email);
  const account = { kind: "human", displayName: wanted.name, email } as const;
  const userId = await accounts.findOrCreate(account, Operator.ACTOR);
  const workspace = await createFirstWorkspace(operator, {
    key: `bootstrap-workspace-${userId}`,
    name: wanted.workspace,
    channel: CHANNEL,
    ownerId: userId,
  });
  const owner = await meta.getOrPut<Owner>(OWNER, { user_id: userId, at: new Date().toISOString() });
  if (owner.user_id !== userId) throw ownedAlready(owner);
  return { userId, workspace };
};

/** Of two owners who come at once, one is first. */
const claimOwnership = async ({ deployment }: Operator, email: string): Promise<void> => {
  const { reservations } = deployment;
  const claim = await reservations.claim("request", "bootstrap", email);
  if (claim._tag === "Claimed") return;
  const { at, revision } = claim.reservation;
  const abandoned = Date.now() - at > ABANDONED_AFTER_MS;
  if (abandoned && (await reservations.claim("request", "bootstrap", email, revision))._tag === "Claimed")
    return;
  throw new ApiFailure("conflict", "somebody else bootstraps this deployment right now");
};

/** Who owns a deployment; undefined while nobody does. */
export const ownerOf = ({ meta }: Deployment): Promise<Owner | undefined> => meta.get<Owner>(OWNER);

/** Throws ApiFailure when a deployment has an owner. */
export const refuseSecond = async (deployment: Deployment): Promise<void> => {
  const owner = await ownerOf(deployment);
  if (owner !== undefined) throw ownedAlready(owner);
};

const ownedAlready = ({ user_id, at }: Owner): ApiFailure =>
  new ApiFailure(
    "conflict",
    `this deployment has an owner already: ${user_id}, since ${at}. To sign in, use  clickclack admin magic-link create --email EMAIL`,
  );
