import type { TerminalSettings } from "@clickclack/gateway/surfaces/terminal/TerminalSettings";
import { type Env, intOf, parseDuration } from "./readEnvironment.ts";
import { SettingsError } from "./Settings.ts";

/** Reads `MESSAGES/SECONDS:BURST`, such as `10/10:20`; undefined for `off`. Throws SettingsError. */
export const parseRate = (text: string): TerminalSettings["rate"] => {
  if (text === "off") return undefined;
  const match = /^(\d{1,6})\/(\d{1,6}(?:\.\d{1,3})?)(?::(\d{1,6}))?$/.exec(text);
  const [messages, seconds] = [Number(match?.[1]), Number(match?.[2])];
  const burst = Number(match?.[3] ?? messages);
  if (messages >= 1 && seconds > 0 && burst >= 1) return { everyMs: (seconds * 1_000) / messages, burst };
  throw new SettingsError(
    `TERMINAL_RATE_LIMIT is ${text}; write MESSAGES/SECONDS:BURST such as 10/10:20, or off`,
  );
};

export interface TerminalFlags {
  readonly history: boolean;
  readonly logMessages: boolean;
}

/** How this process serves the terminal's rooms, as flags and the environment say. Throws SettingsError. */
export const readTerminalSettings = (
  env: Env,
  { history, logMessages }: TerminalFlags,
  deployment: Pick<TerminalSettings, "node" | "workspace" | "guests">,
): TerminalSettings => {
  const rate = parseRate(env["TERMINAL_RATE_LIMIT"] || "10/10:20");
  return {
    ...deployment,
    history,
    logMessages,
    idleMs: parseDuration("TERMINAL_IDLE_TIMEOUT", env["TERMINAL_IDLE_TIMEOUT"] || "30m"),
    maxConnections: intOf(env, "TERMINAL_MAX_CONNECTIONS", 20_000, 1, 1_000_000),
    metrics: env["METRICS"] === "1" || env["METRICS"] === "true",
    ...(rate && { rate }),
  };
};
