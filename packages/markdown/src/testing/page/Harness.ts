import type { HostileCase } from "../hostile/HostileCase.ts";

/** The ways in which a text gets into a page: as it is meant, one wall at a time, and as it should never be done. */
export type Rendering = "safe" | "parsedAgain" | "rendererAlone" | "sanitizerAlone" | "raw" | "careless";

/** What showing some cases led to: index of the case, and what happened or what was found. */
export type Findings = ReadonlyArray<readonly [index: number, what: string]>;

/** What the page of `test/browser` offers to its tests. */
export interface Harness {
  readonly show: (cases: ReadonlyArray<HostileCase>, rendering: Rendering) => Promise<Findings>;
  /** Shows cases as they are meant to be shown, in place of what was there, and leaves them. */
  readonly lay: (cases: ReadonlyArray<HostileCase>) => void;
  /** What ran since this was asked before. */
  readonly ran: () => Promise<ReadonlyArray<number>>;
}
