import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";

const one = oneServer();

/** The shell lines below a heading of the README. */
const scriptBelow = async (heading: string): Promise<string> => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const section = readme.slice(readme.indexOf(`## ${heading}`)).split("\n## ")[0]!;
  const lines = section.split("\n").filter((line) => line.startsWith("    ") || line === "");
  return lines.map((line) => line.slice(4)).join("\n");
};

test("the README's two people talk with nothing but curl", async () => {
  const script = (await scriptBelow("IRC, with nothing but curl")).replaceAll(
    "http://127.0.0.1:8080",
    one.url,
  );
  const folder = await mkdtemp(join(tmpdir(), "clickclack-readme-"));
  try {
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
      cwd: folder,
      timeout: 60_000,
    });
    const heard = JSON.parse(await readFile(join(folder, "heard.json"), "utf8"));
    expect(heard.messages).toMatchObject([
      { type: "message", from: "alice", to: "#tea", body: ["the kettle is on"] },
    ]);
    expect(stdout).toContain('"status":"joined","channel":"#tea"');
    expect(stdout).toContain('"body":["coming"]');
    expect(stdout.match(/"status":"ok"/g)).toHaveLength(2);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
