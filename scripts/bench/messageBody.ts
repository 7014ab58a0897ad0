/** A message of usual length, the same for every program: 200 characters. */
export const messageBody = "The quick brown fox jumps over the lazy dog while the tide comes in. "
  .repeat(3)
  .slice(0, 200);
