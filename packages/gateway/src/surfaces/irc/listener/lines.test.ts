import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IrcMessage } from "../model/IrcMessage.ts";
import { linesOf, splitText, tagsOf } from "./formatLine.ts";
import { LineReader, MAX_LINE_BYTES } from "./LineReader.ts";
import { parseLine } from "./parseLine.ts";

const options = { serverName: "irc.test", nick: "me" };
const message = (more: Partial<IrcMessage>): IrcMessage => ({
  id: "i",
  ts: "t",
  command: "PRIVMSG",
  from: "ann",
  to: "#c",
  params: [],
  body: ["hi"],
  ...more,
});

describe("reading lines", () => {
  test.each([
    ["PRIVMSG #c :hello there", { command: "PRIVMSG", params: ["#c", "hello there"] }],
    ["privmsg  #c   hello", { command: "PRIVMSG", params: ["#c", "hello"] }],
    [":me!u@h NICK new", { command: "NICK", params: ["new"] }],
    ["PING :", { command: "PING", params: [""] }],
    ["TOPIC #c ::)", { command: "TOPIC", params: ["#c", ":)"] }],
  ])("%s", (line, parsed) => {
    expect(parseLine(line)).toMatchObject(parsed);
  });

  test("tags are unescaped", () => {
    const { tags, command } = parseLine("@label=a\\sb\\:;+x=\\\\;flag PING x")!;
    expect([...tags]).toEqual([
      ["label", "a b;"],
      ["+x", "\\"],
      ["flag", ""],
    ]);
    expect(command).toBe("PING");
  });

  test.each(["", " ", ":only.source", "@tag"])("nothing is read of %j", (line) => {
    expect(parseLine(line)).toBeUndefined();
  });

  test("bytes are cut at CR LF and at LF, however they come", () => {
    const bytes = Buffer.from("NICK a\r\nUSER ü 0 * :x\nPING 1\r\n");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: bytes.length }), (size) => {
        const reader = new LineReader();
        const lines: Array<unknown> = [];
        for (let at = 0; at < bytes.length; at += size)
          lines.push(...reader.push(bytes.subarray(at, at + size)));
        expect(lines).toEqual([{ line: "NICK a" }, { line: "USER ü 0 * :x" }, { line: "PING 1" }]);
      }),
    );
  });

  test("a line that is too long is told of once, and the next one is read", () => {
    const reader = new LineReader();
    const reads = [
      ...reader.push(Buffer.from("x".repeat(100_000))),
      ...reader.push(Buffer.from(`${"y".repeat(50)}\r\nPING 1\r\n`)),
      ...reader.push(Buffer.from(`${"z".repeat(511)}\r\nPING 2\r\n`)),
    ];
    expect(reads).toEqual([{ tooLong: true }, { line: "PING 1" }, { tooLong: true }, { line: "PING 2" }]);
  });

  test("no garbage breaks it", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 2_000 }), { maxLength: 5 }), (chunks) => {
        const reader = new LineReader();
        for (const chunk of chunks) {
          for (const read of reader.push(Buffer.from(chunk))) if ("line" in read) parseLine(read.line);
        }
      }),
    );
  });
});

describe("writing lines", () => {
  test("a text of several lines is as many messages, and none of them can end early", () => {
    expect(linesOf(message({ body: ["one", "two\r\nQUIT", "three\0"] }), options)).toEqual([
      ":ann!ann@irc.test PRIVMSG #c :one",
      ":ann!ann@irc.test PRIVMSG #c :two  QUIT",
      ":ann!ann@irc.test PRIVMSG #c :three ",
    ]);
  });

  test("numerics, PONG and the rest have their forms", () => {
    const from = "irc.test";
    expect(
      linesOf(message({ command: "433", from, to: "me", params: ["ann"], body: ["taken"] }), options),
    ).toEqual([":irc.test 433 me ann :taken"]);
    expect(linesOf(message({ command: "PONG", from, params: ["a b"], body: ["a b"] }), options)).toEqual([
      ":irc.test PONG irc.test :a b",
    ]);
    expect(linesOf(message({ command: "NICK", params: ["new"], body: ["new"] }), options)).toEqual([
      ":ann!ann@irc.test NICK :new",
    ]);
    expect(linesOf(message({ command: "JOIN", params: ["#c"], body: [] }), options)).toEqual([
      ":ann!ann@irc.test JOIN #c",
    ]);
  });

  test("whatever is said, lines are whole, of bounded length, and lose no character", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 900 }), { minLength: 1, maxLength: 4 }),
        (body) => {
          const lines = linesOf(message({ body }), options);
          for (const line of lines) {
            expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES - 2);
            expect(line).not.toMatch(/[\r\n\0]/);
          }
        },
      ),
    );
  });

  test("texts are cut between characters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.integer({ min: 4, max: 60 }),
        (text, max) => {
          const pieces = splitText(text, max);
          expect(pieces.join("")).toBe(text);
          for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(max);
        },
      ),
    );
  });

  test("names of a whole channel are spread over lines", () => {
    const names = Array.from({ length: 200 }, (_, n) => `nick${n}`).join(" ");
    const lines = linesOf(
      message({ command: "353", from: "irc.test", to: "me", params: ["=", "#c"], body: [names] }),
      options,
    );
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.map((line) => line.split(" :")[1]).join(" ")).toBe(names);
  });

  test("tags are escaped, and those without a value stand alone", () => {
    expect(tagsOf({ time: "t", label: "a b;\\", gone: undefined, flag: "" })).toBe(
      "@time=t;label=a\\sb\\:\\\\;flag ",
    );
    expect(tagsOf({})).toBe("");
  });
});
