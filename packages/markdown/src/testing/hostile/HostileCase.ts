/** Where a text is shown: as a message, as somebody's name, or as the name of a file. */
export type Place = "body" | "name" | "fileName";

/** A text that tries to run something in the reader's browser, or to make the page lie. */
export interface HostileCase {
  /** `family-number`; the payload of the case calls `trip(index)`. */
  readonly id: string;
  readonly index: number;
  readonly family: string;
  readonly place: Place;
  readonly text: string;
}

/** Builds a text around what it tries to run, such as `trip(12)`. */
export type Vector = (run: string) => string;
