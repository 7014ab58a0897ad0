import { HttpApi, HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { expect, it } from "vitest";
import { accessRows } from "./accessRows.ts";

const api = HttpApi.make("test").add(
  HttpApiGroup.make("first").add(
    HttpApiEndpoint.get("getOne", "/one"),
    HttpApiEndpoint.post("makeOne", "/one"),
  ),
  HttpApiGroup.make("second").add(HttpApiEndpoint.get("getTwo", "/two")),
);
const whole = { getOne: {}, makeOne: {}, getTwo: {} };

it("finds nothing wrong with a table that has every operation", () => {
  expect(accessRows(api as never, whole)).toEqual({ missing: [], unknown: [] });
});

it.each(Object.keys(whole))("finds that %s has no row", (id) => {
  const { [id as keyof typeof whole]: _, ...rest } = whole;
  expect(accessRows(api as never, rest)).toEqual({ missing: [id], unknown: [] });
});

it("finds a row of an operation that is gone", () => {
  expect(accessRows(api as never, { ...whole, getThree: {} })).toEqual({
    missing: [],
    unknown: ["getThree"],
  });
});
