const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads an RFC 3339 time, to the millisecond below it. Undefined for other texts, also for a day or an hour that there
 * is not. Times before 1970 are read as its beginning: nothing of ours is older.
 */
export const readTime = (text: string): Date | undefined => {
  const read = RFC_3339.exec(text);
  if (!read) return undefined;
  const [, day, clock, fraction = ""] = read;
  const wall = Date.parse(`${day}T${clock}Z`);
  // `Date.parse` takes February 30 for March 2.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(`${day}T${clock}`)) return undefined;
  const milliseconds = fraction.slice(0, 3).padEnd(3, "0");
  const zone = /[Zz]$/.test(text) ? "Z" : text.slice(-6);
  const at = Date.parse(`${day}T${clock}.${milliseconds}${zone}`);
  return Number.isNaN(at) ? undefined : new Date(Math.max(0, at));
};
