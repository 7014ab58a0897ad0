import { Flag } from "effect/cli";

const MAX_MESSAGES = 200; // the API's bound of a page

/** How many of the newest messages are shown. */
export const limitFlag = Flag.Int("limit").pipe(
  Flag.filter(
    (n) => n >= 1 && n <= MAX_MESSAGES,
    (n) => `${n} is not between 1 and ${MAX_MESSAGES}`,
  ),
  Flag.withDescription(`How many of the newest messages, 1 to ${MAX_MESSAGES}`),
  Flag.withDefault(50),
);
