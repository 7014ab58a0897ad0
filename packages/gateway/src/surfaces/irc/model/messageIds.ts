import { BASE32, isId } from "@clickclack/protocol/Ids";

/**
 * Ids of this surface are UUIDs (version 7: a time and random bits, as our ids are). They follow from ours, so they need
 * no store; six random bits give way to what makes a UUID one.
 */
export const uuidOf = (id: string): string => {
  const ulid = id.slice(id.indexOf("_") + 1);
  let value = 0n;
  for (const char of ulid) value = value * 32n + BigInt(Math.max(0, BASE32.indexOf(char)));
  const time = value >> 80n;
  const high = (value >> 68n) & 0xfffn;
  // Bits 62 to 67 are those that give way.
  const low = value & ((1n << 62n) - 1n);
  const whole = (time << 80n) | (7n << 76n) | (high << 64n) | (2n << 62n) | low;
  const hex = whole.toString(16).padStart(32, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const LOST_BITS = 6;
const ULID_LENGTH = 26;

/** The messages that a UUID may stand for: one of these, as six bits are not told. None for what is no UUID of ours. */
export const messageIdsOf = (uuid: string): ReadonlyArray<string> => {
  if (isId("msg", uuid)) return [uuid];
  if (!UUID.test(uuid)) return [];
  const whole = BigInt(`0x${uuid.replaceAll("-", "")}`);
  const time = whole >> 80n;
  const high = (whole >> 64n) & 0xfffn;
  const low = whole & ((1n << 62n) - 1n);
  return Array.from({ length: 1 << LOST_BITS }, (_, lost) => {
    let value = (time << 80n) | (high << 68n) | (BigInt(lost) << 62n) | low;
    let text = "";
    for (let i = 0; i < ULID_LENGTH; i++, value >>= 5n) text = BASE32.charAt(Number(value & 31n)) + text;
    return `msg_${text}`;
  });
};
