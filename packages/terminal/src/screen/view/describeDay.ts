import { calendarDay } from "../../format/clockTime.ts";

// Intl would know them in every language, and takes 8 MB for it.
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** `Saturday 2026-11-28` of a moment where this program runs. */
export const describeDay = (ts: string): string => `${WEEKDAYS[new Date(ts).getDay()]} ${calendarDay(ts)}`;
