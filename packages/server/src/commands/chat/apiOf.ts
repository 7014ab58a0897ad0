import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import { ApiConnection } from "../../client/ApiConnection.ts";
import { Instance } from "../../operator/Instance.ts";
import { UsageError } from "../exitCode.ts";
import type { ChatFlags } from "./chatFlags.ts";

/** The API of the server that was typed. Throws NoInstance or UsageError. */
export const apiOf = ({ data, url, token, as }: ChatFlags): ApiConnection => {
  const given = Option.getOrUndefined(url);
  if (given && !/^https?:\/\/[^/]/.test(given))
    throw new UsageError(`${given} is no address of a server; write http://HOST:PORT`);
  const bearer = Option.map(token, Redacted.value).pipe(Option.getOrUndefined);
  const userId = Option.getOrUndefined(as);
  if (bearer && userId)
    throw new UsageError("--as and a token (--token, CLICKCLACK_TOKEN) exclude each other");
  const address = given || new Instance({ data, nats: undefined, db: undefined }).http();
  return new ApiConnection(address, { token: bearer || undefined, userId });
};
