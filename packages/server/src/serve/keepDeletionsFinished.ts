import { type DeletionPorts, finishDeletions } from "@clickclack/gateway/deleteAccount";
import type { Logger } from "pino";

/** Rare, and nobody waits for it: who is gone cannot read what it is still a member of. */
const LOOK_MS = 10 * 60_000;
/** A process that starts looks soon: the one before it may have died halfway. */
const FIRST_LOOK_MS = 10_000;

/** Ends, now and then, memberships that are left of accounts that are gone. Returns how to stop. */
export const keepDeletionsFinished = (
  ports: Omit<DeletionPorts, "profiles">,
  log: Pick<Logger, "info" | "warn">,
): (() => void) => {
  let timer: NodeJS.Timeout;
  let stopped = false;
  const next = (inMs: number) => {
    if (stopped) return;
    timer = setTimeout(() => void look().finally(() => next(LOOK_MS)), inMs * (0.5 + Math.random()));
    timer.unref();
  };
  const look = () =>
    finishDeletions(ports).then(
      (ended) => ended > 0 && log.info({ ended }, "ended memberships of accounts that are gone"),
      (error: unknown) => log.warn({ err: error }, "ending memberships failed; trying again later"),
    );
  next(FIRST_LOOK_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};
