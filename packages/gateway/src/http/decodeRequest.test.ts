import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { IntParam, LimitParam, TypedText } from "@clickclack/protocol/http/endpoint";
import * as Schema from "effect/Schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decoderOf, decodeText, parseJson, parseQuery } from "./decodeRequest.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The code that something is refused with, or what it gives. */
const outcome = (run: () => unknown): unknown => {
  try {
    return { is: run() };
  } catch (error) {
    if (error instanceof ApiFailure) return error.code;
    throw error;
  }
};

describe("a JSON body", () => {
  test("of clean text is read as JSON.parse reads it", () => {
    const clean = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("\\u0000"));
    fc.assert(
      fc.property(clean, (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(bytes(text))).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  test("of any bytes is read or refused, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (body) => {
        const result = outcome(() => parseJson(body));
        if (typeof result === "string") expect(["malformed_json", "invalid_text"]).toContain(result);
      }),
    );
  });

  test.each([
    ['{"a":"\\u0000"}', "invalid_text"],
    ['{"\\u0000":1}', "invalid_text"],
    ['["\\ud800"]', "invalid_text"],
    ['{"a":{"b":["x","\\udfff"]}}', "invalid_text"],
    ['"\\ud83d\\ude00"', { is: "😀" }],
    ["", "malformed_json"],
    ["{}{}", "malformed_json"],
    ["\ufeff{}", { is: {} }],
    ["[".repeat(100_000), "malformed_json"],
    [`${"[".repeat(200_000)}${"]".repeat(200_000)}`, "malformed_json"],
  ])("%.30j", (text, expected) => {
    expect(outcome(() => parseJson(bytes(text)))).toEqual(expected);
  });

  test("that is no UTF-8 is refused", () => {
    for (const body of [[0xff], [0x22, 0xc3, 0x28, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22]])
      expect(outcome(() => parseJson(Uint8Array.from(body)))).toBe("invalid_text");
  });
});

describe("a query", () => {
  test("gives back what was percent-encoded into it", () => {
    const text = fc.string({ unit: "grapheme" }).filter((one) => one.isWellFormed() && !one.includes("\0"));
    fc.assert(
      fc.property(fc.dictionary(text, text), (fields) => {
        const query = Object.entries(fields)
          .map((pair) => pair.map(encodeURIComponent).join("="))
          .join("&");
        expect({ ...parseQuery(query) }).toEqual({ ...fields });
      }),
    );
  });

  test.each([
    ["", { is: {} }],
    ["&&a=1&", { is: { a: "1" } }],
    ["a", { is: { a: "" } }],
    ["a=b=c", { is: { a: "b=c" } }],
    ["a+b=c+d", { is: { "a b": "c d" } }],
    ["a=1&a=1", "invalid_request"],
    ["a=1&%61=2", "invalid_request"],
    ["toString=1", { is: { toString: "1" } }],
    ["a=%", "invalid_text"],
    ["a=%00", "invalid_text"],
    ["%ff=1", "invalid_text"],
  ])("%j", (query, expected) => {
    expect(outcome(() => parseQuery(query))).toEqual(expected);
  });

  test("with a field named like a part of objects is a plain field", () => {
    const fields = parseQuery("__proto__=x&constructor=y");
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(Object.entries(fields)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });
});

test("a part of a path is decoded once", () => {
  expect(decodeText("%2525", "id")).toBe("%25");
  expect(decodeText("a%2Fb+c", "id")).toBe("a/b+c");
});

describe("what a schema refuses", () => {
  test("is told with every issue, where it is", () => {
    const decode = decoderOf(Schema.Struct({ a: Schema.Int, b: Schema.Array(Schema.String) }), "body");
    try {
      decode({ a: "x", b: ["ok", 5] });
      expect.unreachable();
    } catch (error) {
      expect((error as ApiFailure).issues?.map(({ path }) => path)).toEqual(["a", "b.1"]);
      expect((error as ApiFailure).message).toMatch(/^body a: /);
    }
  });

  test("is told with twenty issues at the most", () => {
    const decode = decoderOf(Schema.Array(Schema.Int), "body");
    try {
      decode(Array.from({ length: 100 }, () => "x"));
      expect.unreachable();
    } catch (error) {
      expect((error as ApiFailure).issues).toHaveLength(20);
    }
  });
});

describe("numbers in a query", () => {
  test.each(["", " 1", "1 ", "+1", "1.0", "1e3", "0x10", "NaN", "Infinity", "--1", "१", "1_000"])(
    "are digits, not %j",
    (text) => {
      for (const schema of [IntParam, LimitParam])
        expect(outcome(() => decoderOf(schema, "query")(text))).toBe("invalid_request");
    },
  );

  test("are exact where they say where, and of any size where they say how many", () => {
    expect(outcome(() => decoderOf(IntParam, "query")("9007199254740991"))).toEqual({ is: 9007199254740991 });
    expect(outcome(() => decoderOf(IntParam, "query")("9007199254740992"))).toBe("invalid_request");
    expect(outcome(() => decoderOf(LimitParam, "query")("9".repeat(300)))).toEqual({ is: 1e300 });
    expect(outcome(() => decoderOf(LimitParam, "query")("9".repeat(301)))).toBe("invalid_request");
  });
});

test("typed text is trimmed and then counted in characters", () => {
  const decode = decoderOf(TypedText(3), "body");
  for (const text of ["abc", "  abc\n", "😀😀😀", "日本語"])
    expect(outcome(() => decode(text))).toEqual({ is: text.trim() });
  for (const text of ["", " \t\u00a0", "abcd", "😀😀😀😀", "ab😀😀", 5, null])
    expect(
      outcome(() => decode(text)),
      String(text),
    ).toBe("invalid_request");
});
