import { newId } from "@clickclack/protocol/Ids";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mintToken, parseToken, type TokenPrefix } from "./Token.ts";

const prefix = fc.constantFrom<TokenPrefix>("cct", "ccb", "mgt");

test("a token names its account and hashes to what was stored, and no two are the same", () => {
  fc.assert(
    fc.property(prefix, fc.integer({ min: 0, max: 2 ** 48 - 1 }), (given, at) => {
      const accountId = newId("usr", at);
      const { token, hash } = mintToken(given, accountId);
      expect(parseToken(token)).toEqual({ prefix: given, accountId, hash });
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(token).not.toContain(hash);
      expect(mintToken(given, accountId).token).not.toBe(token);
    }),
  );
});

test("a token with any one character changed is another token, or none", () => {
  const { token, hash } = mintToken("cct", newId("usr"));
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom("0", "z", "_", "i", "A", " "), (place, char) => {
      fc.pre(token[place] !== char);
      const parsed = parseToken(token.slice(0, place) + char + token.slice(place + 1));
      if (parsed && parsed.accountId === parseToken(token)!.accountId) expect(parsed.hash).not.toBe(hash);
    }),
  );
});

test("whatever is no token is not read", () => {
  const { token } = mintToken("cct", newId("usr"));
  for (const text of [
    "",
    "cct_",
    token.slice(1),
    `${token}0`,
    `${token}\n`,
    ` ${token}`,
    token.toUpperCase(),
    `xyz${token.slice(3)}`,
  ]) {
    expect(parseToken(text), text).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseToken(text)).toBeUndefined();
    }),
  );
});
