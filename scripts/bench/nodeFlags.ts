import { join } from "node:path";

export interface NodeFlagsOptions {
  /** Folder for a CPU profile, written when the process ends. */
  readonly profile?: string | undefined;
  /** Whether SIGUSR2 is to make the process collect its garbage. */
  readonly collectable?: boolean;
}

/** Flags of Node for a process that is measured. */
export const nodeFlags = ({ profile, collectable = false }: NodeFlagsOptions): ReadonlyArray<string> => [
  ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`]),
  ...(collectable ? ["--expose-gc", `--import=${join(import.meta.dirname, "collectOnSignal.ts")}`] : []),
];
