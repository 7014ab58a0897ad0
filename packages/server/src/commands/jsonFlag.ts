import { Flag } from "effect/cli";

/** Prints what a script can read instead of what people read. */
export const jsonFlag = Flag.Boolean("json").pipe(
  Flag.withDescription("Print JSON"),
  Flag.withDefault(false),
);
