import { isRunning } from "./processIdentity.ts";
import { pollUntil } from "./pollUntil.ts";

/** A signal, and how long to wait for its effect before the next one, in milliseconds. */
export type StopStep = readonly [signal: NodeJS.Signals, withinMs: number];

/** Sends each signal in turn to those that still run, and at last SIGKILL; resolves when none is left. */
export async function stopProcesses(pids: readonly number[], steps: readonly StopStep[]): Promise<void> {
  const allGone = () => !pids.some(isRunning);
  for (const [signal, withinMs] of [...steps, ["SIGKILL", 5_000] as const]) {
    if (allGone()) return;
    pids.forEach((pid) => signalIfRunning(pid, signal));
    if (await pollUntil(allGone, withinMs, 10)) return;
  }
  throw new Error(`processes ${pids.filter(isRunning).join(", ")} cannot be stopped`);
}

/** Sends a signal; that the process has ended meanwhile is no error. */
export function signalIfRunning(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
