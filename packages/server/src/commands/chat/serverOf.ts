import * as Option from "effect/Option";
import type { StoredLogins } from "../../client/StoredLogins.ts";
import { Instance } from "../../operator/Instance.ts";
import { DEFAULT_DATA } from "@clickclack/terminal/place/runningServer";
import { UsageError } from "../exitCode.ts";
import type { ChatFlags } from "./chatFlags.ts";

const readUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!url || !plain || !/^https?:\/\/[^/]/.test(text))
    throw new UsageError(`${text} is no address of a server; write http://HOST:PORT`);
  return (url.origin + url.pathname).replace(/\/+$/, "");
};

/**
 * Address of the server that was typed; else of the one that runs on the data folder; else, where no folder was typed,
 * of the one that was signed in to last. Throws NoInstance or UsageError.
 */
export const serverOf = async (
  { data, url }: Pick<ChatFlags, "data" | "url">,
  logins: StoredLogins,
): Promise<string> => {
  const given = Option.getOrUndefined(url);
  if (given) return readUrl(given);
  const instance = new Instance({ data, nats: undefined, db: undefined });
  const elsewhere = data === DEFAULT_DATA && !instance.running ? await logins.current() : undefined;
  return elsewhere ?? instance.http();
};
