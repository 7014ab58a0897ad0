/** The value below which a share of the numbers lies, by nearest rank; NaN for none. */
export const quantile = (numbers: ReadonlyArray<number>, share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(numbers.length * share) - 1)] ?? Number.NaN;

export const median = (numbers: ReadonlyArray<number>): number => quantile(numbers, 0.5);
