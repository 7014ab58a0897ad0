import { BlockList, isIP } from "node:net";
import { plainAddress } from "./plainAddress.ts";

/** Where a request came from, as far as it can be believed. */
export interface Origin {
  /** Address of the client. */
  readonly address: string;
  /** Whether the client came by TLS, to a proxy in front of this server. */
  readonly secure: boolean;
}

const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** A hop as proxies write it: an address, also with a port, or an IPv6 one in brackets; undefined when it is none. */
const hopAddress = (text: string): string | undefined => {
  const plain = text.trim();
  const [, bracketed, dotted] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?$/.exec(plain) ?? [];
  const address = bracketed ?? dotted ?? plain;
  return isIP(address) ? plainAddress(address) : undefined;
};

/** The proxies whose word about their clients is taken; that of anybody else is forged as easily as it is sent. */
export class TrustedProxies {
  readonly #trusted = new BlockList();
  readonly #none: boolean;

  /** Takes addresses and networks such as `10.0.0.0/8` or `::1`. Throws TypeError. */
  constructor(networks: ReadonlyArray<string> = []) {
    this.#none = networks.length === 0;
    for (const network of networks) this.#trust(network);
  }

  /** Reads a comma-separated list. Throws TypeError. */
  static parse(text: string): TrustedProxies {
    return new TrustedProxies(
      text
        .split(",")
        .map((network) => network.trim())
        .filter((network) => network !== ""),
    );
  }

  /** Follows `X-Forwarded-For` from its end to the first hop that is not trusted: what stands before it, anybody may have written. */
  originOf(peer: string, headers: Readonly<Record<string, string>>): Origin {
    let address = plainAddress(peer);
    if (this.#none || !this.#trusts(address)) return { address, secure: false };
    const hops = (headers["x-forwarded-for"] ?? "").split(",");
    for (let hop = hops.pop(); hop !== undefined && this.#trusts(address); hop = hops.pop()) {
      const next = hopAddress(hop);
      if (next === undefined) break;
      address = next;
    }
    return { address, secure: protocolOf(headers) === "https" };
  }

  #trusts(address: string): boolean {
    return this.#trusted.check(address, family(address));
  }

  #trust(network: string): void {
    const [address = "", bits, ...more] = network.split("/");
    const widest = isIP(address) === 6 ? 128 : 32;
    const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (!isIP(address) || more.length > 0 || !(prefix <= widest))
      throw new TypeError(
        `${network} is no network of proxies; write addresses or CIDRs, such as 10.0.0.0/8,::1`,
      );
    this.#trusted.addSubnet(address, prefix, family(address));
  }
}

/** What the nearest proxy says: it wrote last. */
const protocolOf = (headers: Readonly<Record<string, string>>): string | undefined => {
  const told = headers["x-forwarded-proto"];
  if (told !== undefined) return told.split(",").at(-1)!.trim().toLowerCase();
  const nearest = headers["forwarded"]?.split(",").at(-1) ?? "";
  return /(?:^|;)\s*proto="?([a-z]+)"?\s*(?:;|$)/i.exec(nearest)?.[1]?.toLowerCase();
};
