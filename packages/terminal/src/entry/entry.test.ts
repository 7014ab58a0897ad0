import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findServer } from "./findServer.ts";
import { readArguments } from "./readArguments.ts";

test.each([
  [["--bogus"], "there is no flag --bogus"],
  [["-x"], "there is no flag -x"],
  [["--url"], "--url wants a value"],
  [["--name", "--tui"], "--name wants a value"],
  [["--name="], "--name wants a value"],
  [["--tui=yes"], "--tui takes no value"],
  [["hello"], "hello is not understood"],
  [["--tui", "--plain"], "exclude each other"],
])("%j is refused, and where to look is told", (args, problem) => {
  expect(() => readArguments(args)).toThrow(problem);
});

test("flags are read in both ways of writing them", () => {
  const read = readArguments(["--url=ws://h:1", "--name", "ada", "--no-color", "--tui"]);
  expect(read).toEqual({ url: "ws://h:1", name: "ada", noColor: true, tui: true, plain: false, help: false });
});

test("a server is the one that is typed, else the variable's, else the folder's, else the last login's", () => {
  const folder = mkdtempSync(join(tmpdir(), "clickclack-run-"));
  const none = readArguments([]);
  const logins = { current: "https://chat.example.com", servers: {} };
  try {
    for (const url of ["ws://h:1", "http://h:1/", "ws://h:1/terminal"])
      expect(findServer({ ...none, url }, { CLICKCLACK_URL: "ws://x" }, logins)).toBe("http://h:1");
    expect(findServer(none, { CLICKCLACK_URL: "wss://x/chat" }, logins)).toBe("https://x/chat");
    writeFileSync(join(folder, "run.json"), JSON.stringify({ pid: process.pid, addr: "0.0.0.0:80" }));
    expect(findServer({ ...none, data: folder }, {}, logins)).toBe("http://127.0.0.1:80");
    expect(() => findServer({ ...none, data: join(folder, "no") }, {}, logins)).toThrow("no server runs on");
    expect(findServer(none, {}, logins)).toBe("https://chat.example.com");
    for (const url of ["h:1", "ftp://h", "ws://a:b@h"])
      expect(() => findServer({ ...none, url }, {}, logins)).toThrow("is no address of a server");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
