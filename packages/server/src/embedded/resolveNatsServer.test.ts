import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { downloadNatsRelease } from "./downloadNatsRelease.ts";
import { compareVersions, isNewEnough } from "./natsServerVersion.ts";
import { resolveNatsServer } from "./resolveNatsServer.ts";

let folder: string;
const log = () => undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clickclack-resolve-"));
  vi.stubEnv("NATS_SERVER", "");
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A program that says it is a nats-server of that version. */
function fake(version: string, ...path: string[]): string {
  const program = join(folder, ...path, "nats-server");
  mkdirSync(join(folder, ...path), { recursive: true });
  writeFileSync(program, `#!/bin/sh\necho "nats-server: v${version}"\n`, { mode: 0o755 });
  return program;
}

test("versions are ordered by number, not by letter", () => {
  expect(["2.9.10", "2.12.0", "2.15.1", "2.2.0"].toSorted(compareVersions)).toEqual([
    "2.2.0",
    "2.9.10",
    "2.12.0",
    "2.15.1",
  ]);
  expect([isNewEnough("2.11.9"), isNewEnough("2.12.0-RC.1"), isNewEnough("3.0.0")]).toEqual([
    false,
    true,
    true,
  ]);
});

test("the server named in NATS_SERVER is used, or refused with the reason", async () => {
  vi.stubEnv("NATS_SERVER", fake("2.14.0", "given"));
  expect(await resolveNatsServer(log)).toBe(join(folder, "given/nats-server"));
  fake("2.9.10", "given");
  await expect(resolveNatsServer(log)).rejects.toThrow(/is 2\.9\.10; 2\.12\.0 is needed/);
  vi.stubEnv("NATS_SERVER", join(folder, "absent"));
  await expect(resolveNatsServer(log)).rejects.toThrow(/does not run/);
});

test("a new enough server on PATH comes before the cache", async () => {
  const onPath = fake("2.12.3", "path");
  fake("2.15.1", "cache/clickclack/nats-server/2.15.1");
  vi.stubEnv("PATH", `${join(folder, "path")}:${process.env["PATH"]}`);
  expect(await resolveNatsServer(log)).toBe(onPath);
});

test("a server on PATH that is too old is passed over for the newest in the cache", async () => {
  fake("2.9.10", "path");
  fake("2.12.0", "cache/clickclack/nats-server/2.12.0");
  const newest = fake("2.15.1", "cache/clickclack/nats-server/2.15.1");
  vi.stubEnv("PATH", `${join(folder, "path")}:/usr/bin:/bin`);
  expect(await resolveNatsServer(log)).toBe(newest);
});

/** Serves a release whose checksum file is right or wrong. */
async function serveRelease(isRight: boolean): Promise<{ server: Server; address: string }> {
  const system = process.platform;
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const name = `nats-server-v2.15.1-${system}-${architecture}`;
  fake("2.15.1", name);
  execFileSync("tar", ["-czf", "archive", name], { cwd: folder });
  const archive = readFileSync(join(folder, "archive"));
  const sum = createHash("sha256")
    .update(isRight ? archive : "something else")
    .digest("hex");
  const server = createServer((request, response) => {
    response.end(request.url?.endsWith("SHA256SUMS") ? `${sum}  ${name}.tar.gz\n` : archive);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("a release with the published checksum goes into the cache, also for two at once", async () => {
  const { server, address } = await serveRelease(true);
  const cached = join(folder, "cache/clickclack/nats-server/2.15.1/nats-server");
  const both = await Promise.all([downloadNatsRelease(log, address), downloadNatsRelease(log, address)]);
  expect(both).toEqual([cached, cached]);
  server.close();
});

test("a release with another checksum is refused", async () => {
  const { server, address } = await serveRelease(false);
  await expect(downloadNatsRelease(log, address)).rejects.toThrow(/SHA-256/);
  server.close();
});
