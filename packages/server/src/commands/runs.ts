import * as Effect from "effect/Effect";

/** A command's work as the command line runs it: what it throws is what the command fails with. */
export const runs =
  <Input>(work: (input: Input) => Promise<void>) =>
  (input: Input): Effect.Effect<void, Error> =>
    Effect.tryPromise({
      try: () => work(input),
      catch: (error) => (error instanceof Error ? error : new Error(String(error))),
    });
