/** What {@link startTogether} can stop again. */
interface Stoppable {
  stop(): Promise<unknown>;
}

/** Waits for both to have started. If one fails, the other is stopped, so that nothing outlives a failed start. */
export async function startTogether<A extends Stoppable, B extends Stoppable>(
  one: Promise<A>,
  other: Promise<B>,
): Promise<[A, B]> {
  const outcomes = await Promise.allSettled([one, other]);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (!failure) return await Promise.all([one, other]);
  const started = outcomes.filter((outcome) => outcome.status === "fulfilled");
  await Promise.all(started.map(({ value }) => value.stop()));
  throw failure.reason;
}
