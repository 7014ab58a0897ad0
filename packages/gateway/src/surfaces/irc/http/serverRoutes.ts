import { ok } from "../../../http/HttpReply.ts";
import type { IrcParts } from "../IrcParts.ts";
import type { IrcHandler, IrcRoute } from "./IrcHttp.ts";

/** What the server is, and whether it is well: nobody has to sign in for that. */
export const serverRoutes = (
  { settings, store, context }: IrcParts,
  isDraining: () => boolean,
): ReadonlyArray<IrcRoute> => {
  const startedAt = Date.now();
  /** However many ask at once, the sessions are counted once. */
  let counting: Promise<number> | undefined;
  const users = (): Promise<number> => {
    counting ??= store
      .sessions()
      .then((sessions) => sessions.length)
      .finally(() => {
        counting = undefined;
      });
    return counting;
  };

  const server: IrcHandler = async () =>
    ok({
      name: settings.serverName,
      version: settings.version,
      motd: settings.motd.join("\n"),
      users: await users(),
      ...(settings.hashcashBits > 0 && { hashcash_bits: settings.hashcashBits }),
    });

  const health: IrcHandler = async () => {
    const well = !isDraining() && (await context.services.healthy());
    const body = {
      status: well ? "ok" : "unavailable",
      now: new Date().toISOString(),
      version: settings.version,
      uptime_seconds: Math.floor((Date.now() - startedAt) / 1_000),
    };
    return { status: well ? 200 : 503, body };
  };

  return [
    { method: "GET", path: "/api/v1/server", handle: server, access: "open" },
    { method: "GET", path: "/api/v1/.well-known/healthcheck.json", handle: health, access: "free" },
    { method: "GET", path: "/.well-known/healthcheck.json", handle: health, access: "free" },
  ];
};
