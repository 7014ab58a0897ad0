import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Looked at this long, and called quiet when the processors were busy for less than this share of it. */
const LOOK_MS = 400;
const QUIET_SHARE = 0.15;
/** How long a bench waits in all: a machine that is never quiet is measured as it is. */
const PATIENCE_MS = 12_000;

/** Waits, before a round, until nobody else works on this machine; for a bounded time, and only where Linux tells. */
export class QuietGate {
  #patience = PATIENCE_MS;

  /** Returns the share of all processors that others used when it looked last; NaN where that is not known. */
  async pass(): Promise<number> {
    for (;;) {
      const before = processorTime();
      await delay(LOOK_MS);
      const after = processorTime();
      const busy = (after.busy - before.busy) / (after.all - before.all);
      this.#patience -= LOOK_MS;
      if (!(busy > QUIET_SHARE) || this.#patience <= 0) return busy;
    }
  }
}

const processorTime = (): { readonly busy: number; readonly all: number } => {
  try {
    const ticks = readFileSync("/proc/stat", "utf8").split("\n")[0]!.split(/\s+/).slice(1, 9).map(Number);
    const all = ticks.reduce((sum, each) => sum + each, 0);
    // The fourth and fifth are of a processor that waits, the latter for a disk.
    return { busy: all - ticks[3]! - ticks[4]!, all };
  } catch {
    return { busy: Number.NaN, all: Number.NaN };
  }
};
