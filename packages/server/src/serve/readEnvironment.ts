import { SettingsError } from "./Settings.ts";

/** Environment variables. */
export type Env = Readonly<Record<string, string | undefined>>;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** Milliseconds; what timers hold, some 24 days, is less than people ask for: a sweep goes by the clock. */
const MAX_DURATION = 10 * 365 * 24 * 3_600_000;

/** Reads `24h`, `1h30m`, `90s`, `500ms` or bare seconds, in milliseconds. Throws SettingsError. */
export const parseDuration = (name: string, text: string): number => {
  const whole = /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1_000
    : /^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)
      ? [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
          (sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!,
          0,
        )
      : Number.NaN;
  if (whole > 0 && whole <= MAX_DURATION) return whole;
  throw new SettingsError(`${name} is ${text}, which is no duration; write 24h, 90s, 500ms or seconds`);
};

/** A whole number of the environment. Throws SettingsError. */
export const intOf = (env: Env, name: string, fallback: number, min: number, max: number): number => {
  const text = env[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new SettingsError(`${name} is ${text}, which is no whole number from ${min} to ${max}`);
};
