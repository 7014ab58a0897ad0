/** Resolves when the work is done, however it ended, and after `ms` at the latest. */
export const settledWithin = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work.catch(() => undefined), limit]);
  clearTimeout(timer);
};
