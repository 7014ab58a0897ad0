import { resolve } from "node:path";
import type { LoginFile } from "../place/LoginFile.ts";
import { DEFAULT_DATA, runningServer } from "../place/runningServer.ts";
import type { Arguments } from "./readArguments.ts";
import { UsageError } from "./UsageError.ts";

/** No server is named, and none runs here. */
export class NoServer extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NoServer";
  }
}

/** `http(s)://…` of an address that was typed, as logins are kept by. */
const readUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text.replace(/^ws/i, "http")) : undefined;
  const plain = url?.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!url || !plain || !/^(https?|wss?):\/\/[^/]/i.test(text))
    throw new UsageError(`${text} is no address of a server; write ws://HOST:PORT`);
  return (url.origin + url.pathname).replace(/\/+$/, "").replace(/\/terminal$/, "");
};

/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Address of the server that is meant: the one that was typed; else the one that runs on the data folder; else, where no
 * folder was named, the one that was signed in to last. Throws UsageError or NoServer.
 */
export const findServer = ({ url, data }: Arguments, env: Environment, logins: LoginFile): string => {
  const given = url ?? (env["CLICKCLACK_URL"] || undefined);
  if (given !== undefined) return readUrl(given);
  const folder = data ?? (env["CLICKCLACK_DATA"] || DEFAULT_DATA);
  const running = runningServer(folder);
  if (running !== undefined) return running;
  if (folder === DEFAULT_DATA && logins.current !== undefined) return logins.current;
  const at = resolve(folder);
  throw new NoServer(
    `no server runs on ${at}; start it with  scripts/start --data ${at}  or give --url ws://HOST:PORT`,
  );
};
