/** A number cut to its bounds; the default when there is none. */
export const clamp = (value: number | undefined, min: number, max: number, fallback: number): number =>
  value === undefined ? fallback : Math.min(max, Math.max(min, value));
