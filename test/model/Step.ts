import fc from "fast-check";
import type { Action } from "./Action.ts";

type RequestType = Extract<Action, { readonly request: unknown }>["request"]["type"];
type OperationType = Extract<Action, { readonly operation: unknown }>["operation"]["type"];

/**
 * One step before it is known who and what there is: numbers that pick among them. A sequence of these stays
 * meaningful when parts of it are left out, so that a failing one can be made short.
 */
export interface Step {
  readonly kind: RequestType | OperationType | "look" | "reconnect";
  /** Picks who acts, or whom the operator acts upon. */
  readonly by: number;
  /** Picks the gateway. */
  readonly at: number;
  /** Pick what it is done to, and how. */
  readonly a: number;
  readonly b: number;
}

/** How often each request comes, of all of them. */
const REQUESTS: Readonly<Record<RequestType, number>> = {
  post: 12,
  reply: 8,
  edit: 4,
  delete: 5,
  react: 5,
  unreact: 2,
  read: 5,
  unread: 1,
  createChannel: 1,
  renameChannel: 1,
  archiveChannel: 1,
  join: 2,
  leave: 2,
  addToChannel: 3,
  kickFromChannel: 2,
  openDirect: 3,
  hideDirect: 1,
  showDirect: 1,
  pin: 2,
  unpin: 1,
  saveDraft: 2,
  dropDraft: 1,
};
const OTHERS: Readonly<Record<OperationType | "look" | "reconnect", number>> = {
  addMember: 3,
  removeMember: 2,
  block: 1,
  unblock: 2,
  look: 4,
  reconnect: 4,
};
/** What cannot be told in one order with others from its answer alone. */
const ALONE: ReadonlySet<string> = new Set(["hideDirect", "showDirect", "saveDraft", "dropDraft"]);

const PICKS = 1_000;
const pick = fc.nat(PICKS - 1);

const steps = (weights: Readonly<Record<string, number>>): fc.Arbitrary<Step> => {
  const kinds = Object.entries(weights).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) }));
  return fc.record({ kind: fc.oneof(...kinds), by: pick, at: pick, a: pick, b: pick }) as fc.Arbitrary<Step>;
};

/** One step after the other. Few runs are made, each worth much: small numbers, which are tried first otherwise, say nothing here. */
export const sequences = (most: number): fc.Arbitrary<ReadonlyArray<ReadonlyArray<Step>>> =>
  fc.noBias(
    fc.array(
      steps({ ...REQUESTS, ...OTHERS }).map((step) => [step]),
      { maxLength: most, size: "max" },
    ),
  );

/** Several steps at the same time, again and again; some are alone. */
export const crowds = (most: number): fc.Arbitrary<ReadonlyArray<ReadonlyArray<Step>>> => {
  const together = Object.fromEntries(Object.entries(REQUESTS).filter(([kind]) => !ALONE.has(kind)));
  const crowd = fc.array(steps(together), { minLength: 2, maxLength: 8, size: "max" });
  const alone = steps(OTHERS).map((step) => [step]);
  const batch = fc.oneof({ weight: 3, arbitrary: crowd }, { weight: 1, arbitrary: alone });
  return fc.noBias(fc.array(batch, { maxLength: most, size: "max" }));
};
