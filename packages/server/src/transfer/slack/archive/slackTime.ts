const TS = /^(\d{9,10})\.(\d{1,6})$/;

/** The `ts` by which Slack names a message, as milliseconds since 1970; undefined if it is none. */
export const slackTime = (ts: string): number | undefined => {
  const [, seconds, micros] = TS.exec(ts) ?? [];
  if (seconds === undefined || micros === undefined) return undefined;
  return Number(seconds) * 1_000 + Math.floor(Number(micros.padEnd(6, "0")) / 1_000);
};

/** A well-formed `ts` as text that sorts as times do. */
export const sortableTime = (ts: string): string => {
  const [seconds = "", micros = ""] = ts.split(".");
  return `${seconds.padStart(10, "0")}.${micros.padEnd(6, "0")}`;
};
