import { isIP } from "node:net";
import type { HttpRequest } from "../http/HttpRequest.ts";

/** Groups of an IPv6 address that are of one line or one customer: 64 bits. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;
const MAPPED = /^(?:::ffff:|0000:0000:0000:0000:0000:ffff:)/;

/**
 * What attempts from one place are counted by: an IPv4 address, or the 64 bits of an IPv6 one that its user does not
 * choose.
 */
export const clientAddress = ({ peer }: Pick<HttpRequest, "peer">): string => {
  const plain = peer.toLowerCase().replace(MAPPED, "");
  if (isIP(plain) !== 6) return plain;
  const [head, tail] = plain.split("::").map(groupsOf);
  const known = [...(head ?? []), ...(tail ?? [])];
  const zeros = Array.from({ length: tail === undefined ? 0 : GROUPS - known.length }, () => "0");
  const groups = [...(head ?? []), ...zeros, ...(tail ?? [])];
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
};

const groupsOf = (part: string): ReadonlyArray<string> => (part === "" ? [] : part.split(":"));
