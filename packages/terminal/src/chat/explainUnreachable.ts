import { smallFetch } from "../http/smallFetch.ts";

const WITHIN_MS = 3_000;

const WHYS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "there is no such host",
  EHOSTUNREACH: "there is no way to that host",
  ETIMEDOUT: "it does not answer",
};

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
};

/** Why a chat's address (`ws://…/terminal`) did not take a connection: a WebSocket does not say. */
export const explainUnreachable = async (address: string): Promise<string> => {
  const url = new URL(address.replace(/^ws/, "http"));
  try {
    const { status } = await smallFetch(url.href, { withinMs: WITHIN_MS });
    return `${url.origin} answers, but serves no terminal chat there (status ${status})`;
  } catch (error) {
    return `no server answers at ${url.origin}: ${WHYS[codeOf(error)] ?? "it does not answer"}`;
  }
};
