import { type Logger, pino } from "pino";

/** JSON lines on stderr; on a terminal only what a person should act on. `LOG_LEVEL` overrides. */
export const createLogger = (): Logger =>
  pino(
    {
      level: process.env["LOG_LEVEL"] ?? (process.stderr.isTTY ? "warn" : "info"),
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ fd: 2, sync: true }),
  );
