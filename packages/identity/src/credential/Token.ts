import { BASE32 } from "@clickclack/protocol/Ids";
import { createHash, randomBytes } from "node:crypto";

/** What a token opens: `cct` a session or access token, `ccb` a bot, `mgt` a one-time link. */
export type TokenPrefix = "cct" | "ccb" | "mgt";

/** A token's parts. It names its account, so that no index of secrets is needed to find it. */
export interface ParsedToken {
  readonly prefix: TokenPrefix;
  readonly accountId: string;
  /** SHA-256 of the secret part, hexadecimal: all that is ever stored. */
  readonly hash: string;
}

const SECRET_LENGTH = 32; // base32 characters: 160 bits
const TOKEN = new RegExp(
  `^(cct|ccb|mgt)_([0-7][0-9a-hjkmnp-tv-z]{25})([0-9a-hjkmnp-tv-z]{${SECRET_LENGTH}})$`,
);

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** A new token for an account, and the hash to store. The token is shown once and kept nowhere. */
export const mintToken = (
  prefix: TokenPrefix,
  accountId: string,
): { readonly token: string; readonly hash: string } => {
  const secret = Array.from(randomBytes(SECRET_LENGTH), (byte) => BASE32.charAt(byte & 31)).join("");
  return { token: `${prefix}_${accountId.slice("usr_".length)}${secret}`, hash: hashOf(secret) };
};

/** Reads a token; undefined when it is none. Whether it is still good only its account knows. */
export const parseToken = (token: string): ParsedToken | undefined => {
  const match = TOKEN.exec(token);
  if (!match) return undefined;
  return { prefix: match[1] as TokenPrefix, accountId: `usr_${match[2]}`, hash: hashOf(match[3]!) };
};
