import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import { newId } from "@clickclack/protocol/Ids";
import { createHash } from "node:crypto";
import type { IrcSettings } from "../IrcSettings.ts";
import { IrcRefusal } from "../refusals.ts";

/** A stamp of another day is good this long, for clocks and time zones. */
const GOOD_FOR_MS = 48 * 3_600_000;
const MAX_STAMP = 256;
const STAMP = /^1:(\d{1,3}):(\d{6}):([^:]+)::([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;

const leadingZeroBits = (digest: Buffer): number => {
  let bits = 0;
  for (const byte of digest) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
};

const dayOf = (text: string): number =>
  Date.UTC(2000 + Number(text.slice(0, 2)), Number(text.slice(2, 4)) - 1, Number(text.slice(4, 6)));

/** Whether a hashcash stamp (`1:bits:YYMMDD:resource::random:counter`, SHA-256) is worth its bits today. */
export const isWorth = (
  stamp: string,
  { bits, resource, now }: { readonly bits: number; readonly resource: string; readonly now: number },
): boolean => {
  const match = stamp.length <= MAX_STAMP ? STAMP.exec(stamp) : null;
  if (!match || Number(match[1]) < bits || match[3] !== resource) return false;
  if (Math.abs(now - dayOf(match[2]!)) > GOOD_FOR_MS) return false;
  return leadingZeroBits(createHash("sha256").update(stamp).digest()) >= bits;
};

/** Asks for a proof of work where the server wants one; each is good once. Throws IrcRefusal with 402. */
export const requireWork = async (
  { hashcashBits: bits, serverName: resource }: IrcSettings,
  reservations: Reservations,
  stamp: string | undefined,
): Promise<void> => {
  if (bits === 0) return;
  const wanted = `1:${bits}:YYMMDD:${resource}::RANDOM:COUNTER`;
  const refused = (why: string) =>
    new IrcRefusal(
      "400",
      [],
      `${why}: send as pow_token, or in the header X-Hashcash, a stamp ${wanted} whose SHA-256 begins with ${bits} zero bits`,
      "payment_required",
    );
  if (stamp === undefined) throw refused("registering takes a proof of work");
  if (!isWorth(stamp, { bits, resource, now: Date.now() })) throw refused("this proof of work is no good");
  const claim = await reservations.claim("irc-stamp", stamp, newId("req"));
  // Another holder each time: claiming what one holds already succeeds.
  if (claim._tag === "Taken") throw refused("this proof of work was used already");
};
