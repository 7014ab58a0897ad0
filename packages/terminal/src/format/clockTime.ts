const two = (n: number): string => String(n).padStart(2, "0");

/** `HH:MM:SS` of a moment (RFC 3339) where this program runs; `--:--:--` of what is no moment. */
export const clockTime = (ts: string): string => {
  const at = new Date(ts);
  if (Number.isNaN(at.getTime())) return "--:--:--";
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
};

/** `2026-11-28` of a moment where this program runs. */
export const calendarDay = (ts: string): string => {
  const at = new Date(ts);
  if (Number.isNaN(at.getTime())) return "----------";
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};
