import { isIP } from "node:net";

/** How uWebSockets.js writes an IPv6 address: eight groups of four digits. */
const FULL_LENGTH = 39;
const MAPPED = "0000:0000:0000:0000:0000:ffff:";

const fullForm = (address: string): string => {
  const [before = "", after] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [head, tail] = [groups(before), groups(after ?? "")];
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array.from({ length: zeros }, () => "0"), ...tail]
    .map((group) => group.padStart(4, "0"))
    .join(":");
};

/** The last four bytes of an address that ends in an IPv4 one, as groups. */
const withoutDots = (address: string): string => {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (!dotted) return address;
  const [a = 0, b = 0, c = 0, d = 0] = dotted.slice(2).map(Number);
  return `${dotted[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

/** The one spelling of an address: IPv4 with dots, also when it came as IPv6; else eight groups of four digits. */
export const plainAddress = (text: string): string => {
  if (!text.includes(":") || !isIP(text)) return text;
  const unzoned = withoutDots(text.toLowerCase().replace(/%.*$/, ""));
  const full = unzoned.length === FULL_LENGTH ? unzoned : fullForm(unzoned);
  if (!full.startsWith(MAPPED)) return full;
  const bytes = full.slice(MAPPED.length).replace(":", "");
  return [0, 2, 4, 6].map((at) => Number.parseInt(bytes.slice(at, at + 2), 16)).join(".");
};

/** What an address is counted by: an IPv6 network of 64 bits is one customer's, who has all of its addresses. */
export const networkOf = (address: string): string =>
  address.includes(":") ? `${address.slice(0, 19)}::/64` : address;
