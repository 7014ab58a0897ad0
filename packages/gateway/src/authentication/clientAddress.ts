import type { HttpRequest } from "../http/HttpRequest.ts";

/** The first 64 bits of an IPv6 address, in the form that `plainAddress` gives. */
const NETWORK_LENGTH = "0000:0000:0000:0000".length;

/**
 * What requests and attempts from one place are counted by: an IPv4 address, or the 64 bits of an IPv6 one that its user
 * does not choose.
 */
export const clientAddress = ({ address }: Pick<HttpRequest, "address">): string =>
  address.includes(":") ? `${address.slice(0, NETWORK_LENGTH)}::/64` : address;
