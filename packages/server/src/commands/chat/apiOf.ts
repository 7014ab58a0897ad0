import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import { ApiConnection } from "../../client/ApiConnection.ts";
import { StoredLogins } from "../../client/StoredLogins.ts";
import { UsageError } from "../exitCode.ts";
import type { ChatFlags } from "./chatFlags.ts";
import { serverOf } from "./serverOf.ts";

/**
 * The API of the server that was typed, as whoever was typed; else as whoever signed in to it, and else as the user of
 * development mode. Throws NoInstance, LoginsUnreadable or UsageError.
 */
export const apiOf = async ({ data, url, token, as }: ChatFlags): Promise<ApiConnection> => {
  const bearer = Option.map(token, Redacted.value).pipe(Option.getOrUndefined) || undefined;
  const userId = Option.getOrUndefined(as);
  if (bearer && userId)
    throw new UsageError("--as and a token (--token, CLICKCLACK_TOKEN) exclude each other");
  const logins = new StoredLogins();
  const address = await serverOf({ data, url }, logins);
  const login = bearer === undefined && userId === undefined ? await logins.find(address) : undefined;
  return new ApiConnection(address, { token: bearer ?? login?.token, userId });
};
