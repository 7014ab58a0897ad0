import { describe, expect, it } from "vitest";
import { networkOf, plainAddress } from "./plainAddress.ts";
import { TrustedProxies } from "./TrustedProxies.ts";

const proxies = TrustedProxies.parse("10.0.0.0/8, ::1, 2001:db8::/32");
const from = (peer: string, forwardedFor?: string) =>
  proxies.originOf(peer, forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor }).address;

describe("the address of a client", () => {
  it.each([
    ["its own, when it says of itself that it is another", "192.0.2.1", "198.51.100.7", "192.0.2.1"],
    ["what a trusted proxy says", "10.0.0.1", "192.0.2.1", "192.0.2.1"],
    ["not what the client says to the proxy", "10.0.0.1", "198.51.100.7, 192.0.2.1", "192.0.2.1"],
    ["found behind several proxies", "10.0.0.1", "198.51.100.7, 192.0.2.1, 10.1.1.1", "192.0.2.1"],
    ["the furthest hop, where all are trusted", "10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"],
    ["the proxy's, when it says nothing", "10.0.0.1", undefined, "10.0.0.1"],
    ["the proxy's, when it says nonsense", "10.0.0.1", "192.0.2.1, unknown", "10.0.0.1"],
    ["without its port", "10.0.0.1", "192.0.2.1:4711", "192.0.2.1"],
    ["without brackets", "10.0.0.1", "[2001:DB9::1]:80", "2001:0db9:0000:0000:0000:0000:0000:0001"],
    ["found behind IPv6 proxies", "0000:0000:0000:0000:0000:0000:0000:0001", "192.0.2.1", "192.0.2.1"],
    ["found behind a proxy that came by IPv6", "::ffff:10.0.0.1", "192.0.2.1", "192.0.2.1"],
    ["found behind mapped hops", "10.0.0.1", "192.0.2.1, ::ffff:10.2.2.2", "192.0.2.1"],
  ])("is %s", (_what, peer, forwardedFor, expected) => {
    expect(from(peer, forwardedFor)).toBe(expected);
  });

  it("is the peer's, where no proxy is trusted", () => {
    const { address } = new TrustedProxies().originOf("127.0.0.1", { "x-forwarded-for": "192.0.2.1" });
    expect(address).toBe("127.0.0.1");
  });
});

describe("a client came by TLS", () => {
  it.each([
    [{ "x-forwarded-proto": "https" }, true],
    [{ "x-forwarded-proto": "HTTPS" }, true],
    [{ "x-forwarded-proto": "http" }, false],
    [{ "x-forwarded-proto": "https, http" }, false],
    [{ "x-forwarded-proto": "http", forwarded: "proto=https" }, false],
    [{ forwarded: "for=192.0.2.1;proto=https;by=10.0.0.1" }, true],
    [{ forwarded: 'for=192.0.2.1, for=198.51.100.7; proto="https"' }, true],
    [{ forwarded: "for=192.0.2.1;proto=https, for=198.51.100.7" }, false],
    [{}, false],
  ])("as a trusted proxy says: %j", (headers: Record<string, string>, expected) => {
    expect(proxies.originOf("10.0.0.1", headers).secure).toBe(expected);
    expect(proxies.originOf("192.0.2.1", headers).secure).toBe(false);
  });
});

it.each(["proxy", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/", "::1/129", "10.0.0.0/8/8", "10.0.0"])(
  "%s is no network",
  (network) => {
    expect(() => TrustedProxies.parse(`127.0.0.1,${network}`)).toThrow(/^\S+ is no network of proxies/);
  },
);

describe("an address", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["0000:0000:0000:0000:0000:ffff:7f00:0001", "127.0.0.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["::", "0000:0000:0000:0000:0000:0000:0000:0000"],
    ["2001:DB8::a:1", "2001:0db8:0000:0000:0000:0000:000a:0001"],
    ["fe80::1%eth0", "fe80:0000:0000:0000:0000:0000:0000:0001"],
    ["1:2:3:4:5:6:7:8", "0001:0002:0003:0004:0005:0006:0007:0008"],
  ])("has one spelling: %s is %s", (text, expected) => {
    expect(plainAddress(text)).toBe(expected);
  });

  it("is counted by itself, or by the network that one customer has", () => {
    expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
    expect(networkOf(plainAddress("2001:db8:1:2:3::4"))).toBe("2001:0db8:0001:0002::/64");
  });
});
