import * as Effect from "effect/Effect";

/** Resolves with the name of the first SIGINT or SIGTERM; a second one ends the process at once. */
export const waitForSignal: Effect.Effect<string> = Effect.callback((resume) => {
  const first = (signal: string) => {
    for (const name of ["SIGINT", "SIGTERM"]) {
      process.removeListener(name, first);
      process.once(name, () => process.exit(130));
    }
    resume(Effect.succeed(signal));
  };
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, first);
});
