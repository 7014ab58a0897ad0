import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import type { AccountState } from "./account/Account.ts";

/** A name claimed by an account that was never created is free again after this: creating one takes milliseconds. */
const ABANDONED_AFTER_MS = 60_000;

export interface ClaimPorts {
  readonly reservations: Reservations;
  /** An account's state, current as of now; undefined when there is none. */
  readonly load: (accountId: string) => Promise<AccountState | undefined>;
}

/** Claims an email, a handle or a linked identity for an account; false when it is somebody else's. */
export const claimName = async (
  { reservations, load }: ClaimPorts,
  kind: "email" | "handle" | "subject",
  name: string,
  accountId: string,
): Promise<boolean> => {
  const first = await reservations.claim(kind, name, accountId);
  if (first._tag === "Claimed") return true;
  const { holder, at, revision } = first.reservation;
  const abandoned = Date.now() - at > ABANDONED_AFTER_MS && (await load(holder)) === undefined;
  return abandoned && (await reservations.claim(kind, name, accountId, revision))._tag === "Claimed";
};
