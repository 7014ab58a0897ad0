import type { Cleanup } from "./Cleanup.ts";

/** What every bench is given. */
export interface BenchOptions {
  /** Takes what is to be stopped and removed when the bench is over. */
  readonly cleanup: Cleanup;
  /** Tells of progress. */
  readonly say: (line: string) => void;
  /** Rounds of each program, interleaved; their median counts, because this machine does other things too. */
  readonly rounds: number;
  readonly roundSeconds: number;
  /** WebSockets in the room that `send` sends to. */
  readonly roomSockets: number;
  /** Messages in the large channel that `reads` reads. */
  readonly messages: number;
  /** Folder for CPU profiles of our processes; none are written when absent. */
  readonly profile: string | undefined;
}
