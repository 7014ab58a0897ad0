import { describe, expect, test } from "vitest";
import type { HttpRequest } from "../http/HttpRequest.ts";
import { isLocalRequest, isLoopback, isSameOrigin } from "./origin.ts";

const request = (headers: Record<string, string>, peer = "127.0.0.1"): HttpRequest => ({
  method: "GET",
  path: "/",
  query: "",
  params: {},
  headers,
  peer,
  address: peer,
  secure: false,
  requestId: "req_1",
  correlationId: "req_1",
});

describe("loopback", () => {
  test.each([
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "0000:0000:0000:0000:0000:0000:0000:0001",
    "::ffff:127.0.0.1",
    "::FFFF:127.0.0.1",
    "0000:0000:0000:0000:0000:ffff:7f00:0001",
  ])("is %s", (address) => expect(isLoopback(address)).toBe(true));

  test.each([
    "",
    "10.0.0.1",
    "128.0.0.1",
    "1.127.0.0",
    "127.0.0.1.example",
    "127.1",
    "::",
    "::2",
    "fe80::1",
    "::ffff:10.0.0.1",
    "0000:0000:0000:0000:0000:ffff:0a00:0001",
    "2001:db8::7f00:1",
  ])("is not %s", (address) => expect(isLoopback(address)).toBe(false));
});

describe("the same origin", () => {
  const host = "chat.example:8080";

  test.each([
    [{}, true],
    [{ origin: "http://chat.example:8080" }, true],
    [{ origin: "https://chat.example:8080" }, true],
    [{ origin: "http://chat.example:8080", "sec-fetch-site": "same-origin" }, true],
    [{ "sec-fetch-site": "none" }, true],
    [{ origin: "http://chat.example" }, false],
    [{ origin: "http://chat.example:8081" }, false],
    [{ origin: "http://evil.example" }, false],
    [{ origin: "http://chat.example:8080.evil.example" }, false],
    [{ origin: "null" }, false],
    [{ origin: "" }, false],
    [{ origin: "chat.example:8080" }, false],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "" }, false],
    [{ origin: "http://chat.example:8080", "sec-fetch-site": "cross-site" }, false],
  ])("of %j is %s", (headers, expected) => {
    expect(isSameOrigin(request({ host, ...(headers as Record<string, string>) }))).toBe(expected);
  });
});

describe("a local request", () => {
  test.each(["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.3.4.5", "[::1]:8080", "a.localhost"])(
    "names the host %s",
    (host) => expect(isLocalRequest(request({ host }))).toBe(true),
  );

  test.each([
    "",
    "example.com",
    "localhost.example",
    "127.0.0.1.nip.io",
    "0.0.0.0",
    "[::2]",
    "10.0.0.1:80",
    "notlocalhost",
  ])("does not name the host %j", (host) => expect(isLocalRequest(request({ host }))).toBe(false));

  test("comes from this machine, straight, and from no other site's page", () => {
    const host = "localhost";
    expect(isLocalRequest(request({ host }, "10.0.0.1"))).toBe(false);
    expect(isLocalRequest(request({ host, "x-forwarded-for": "127.0.0.1" }))).toBe(false);
    expect(isLocalRequest(request({ host, forwarded: "for=127.0.0.1" }))).toBe(false);
    expect(isLocalRequest(request({ host, origin: "http://evil.example" }))).toBe(false);
    expect(isLocalRequest(request({ host, "sec-fetch-site": "cross-site" }))).toBe(false);
  });
});
