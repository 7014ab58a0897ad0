import { expect, test } from "vitest";
import type { Caller } from "./authentication/Caller.ts";
import type { HttpRequest } from "./http/HttpRequest.ts";
import { headerKey, nonceKey } from "./idempotencyKeys.ts";

const caller = (id: string) => ({ account: { id } }) as Caller;
const request = (method: string, path: string) => ({ method, path }) as HttpRequest;
const bytes = (text: string) => new TextEncoder().encode(text);

const [ann, bob] = [caller("usr_ann"), caller("usr_bob")];
const post = request("POST", "/api/x");

test("without a nonce or a header there is no key", () => {
  expect(nonceKey(ann, undefined, {})).toEqual([]);
  expect(headerKey(ann, undefined, post, bytes("{}"))).toEqual([]);
});

test("a key is its caller's, and of its kind", () => {
  const keys = [
    nonceKey(ann, "k", { body: "x" }),
    nonceKey(bob, "k", { body: "x" }),
    nonceKey(ann, "K", { body: "x" }),
    headerKey(ann, "k", post, bytes("x")),
    headerKey(bob, "k", post, bytes("x")),
  ].map(([key]) => key!.key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^[\w-]{24}$/);
});

test("a caller's id and a key do not run into one another", () => {
  const one = nonceKey(caller("usr_a"), "bc", {})[0]!.key;
  const other = nonceKey(caller("usr_ab"), "c", {})[0]!.key;
  expect(one).not.toBe(other);
});

test("the fingerprint is that of the content", () => {
  const of = (content: object) => nonceKey(ann, "k", { ...content })[0]!.fingerprint;
  expect(of({ body: "x", quoted: undefined })).toBe(of({ body: "x" }));
  expect(of({ body: "x" })).not.toBe(of({ body: "y" }));
  expect(of({ channelId: "a", body: "x" })).not.toBe(of({ channelId: "b", body: "x" }));
});

test("the fingerprint of a request is that of method, path and body", () => {
  const of = (one: HttpRequest, body: string) => headerKey(ann, "k", one, bytes(body))[0]!.fingerprint;
  const all = [
    of(post, "x"),
    of(post, "y"),
    of(request("POST", "/api/y"), "x"),
    of(request("PATCH", "/api/x"), "x"),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(of(post, "x")).toBe(all[0]);
});
