/** How far beyond its bound a map may grow, so that trimming comes seldom. */
const SLACK = 1.25;

/**
 * Keeps a map near its bound: when it holds a quarter more, the entries that were set first go until it holds `bound`.
 * One by one this would cost as much as all that was ever deleted from the map.
 */
export const trimOldest = <Key>(entries: Map<Key, unknown>, bound: number): void => {
  if (entries.size <= bound * SLACK) return;
  let excess = entries.size - bound;
  for (const key of entries.keys()) {
    if (excess-- <= 0) return;
    entries.delete(key);
  }
};
