import type { Passwords } from "@clickclack/gateway/surfaces/irc/sessions/passwords";
import { createHash } from "node:crypto";
import type { Deployment } from "../Deployment.ts";

/** TEMPORARY until the passwords of identity are there. */
export const ircPasswords = ({ reservations }: Deployment): Passwords => {
  const hash = (id: string, password: string) => createHash("sha256").update(`${id} ${password}`).digest("hex");
  return {
    set: async (id, password) => void (await reservations.claim("irc-password", id, hash(id, password))),
    verify: async (id = "", password) =>
      (await reservations.find("irc-password", id))?.holder === hash(id, password),
  };
};
