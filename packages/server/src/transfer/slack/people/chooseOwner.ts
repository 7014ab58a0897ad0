import { readHandle } from "@clickclack/identity/account/handleFrom";
import { normalizeEmail } from "@clickclack/identity/Accounts";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Operator } from "../../../operator/Operator.ts";
import { TransferRefused } from "../../TransferRefused.ts";
import type { People, Person } from "./People.ts";

/**
 * The account that will own the workspace: who was named, by an email or handle here or in the export; else the export's
 * primary owner, or its first administrator. Throws TransferRefused.
 */
export const chooseOwner = async (
  operator: Operator,
  people: People,
  wanted: string | undefined,
): Promise<string> => {
  const owner = wanted === undefined ? ownerIn(people) : await named(operator, people, wanted);
  if (owner !== undefined) return owner;
  throw new TransferRefused(
    wanted === undefined
      ? "the export names no owner or administrator who is active; name one with --owner"
      : `there is no user ${wanted} who is active, neither here nor in the export`,
  );
};

const ownerIn = (people: People): string | undefined => {
  const able = [...people].filter(canOwn);
  return (able.find((one) => one.isPrimaryOwner) ?? able.find((one) => one.role === "moderator"))?.id;
};

const canOwn = ({ kind, active }: Person): boolean => kind === "human" && active;

const named = async (operator: Operator, people: People, wanted: string): Promise<string | undefined> => {
  const here = await operator.account(wanted).catch((error: unknown) => {
    if (error instanceof ApiFailure) return undefined;
    throw error;
  });
  if (here) {
    if (here.kind !== "human" || !here.active) return undefined;
    const same = [...people].find(
      ({ id, email }) => id === here.id || (email !== undefined && email === here.email),
    );
    return same?.id ?? here.id;
  }
  const [email, handle] = [normalizeEmail(wanted), readHandle(wanted)];
  return [...people].find((one) => canOwn(one) && (one.email === email || one.handle === handle))?.id;
};
