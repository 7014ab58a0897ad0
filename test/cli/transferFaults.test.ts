import { newId } from "@clickclack/protocol/Ids";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyExport } from "@clickclack/server/transfer/importing/verifyExport";
import { IdMap } from "@clickclack/server/transfer/mapping/IdMap";
import { Progress } from "@clickclack/server/transfer/Progress";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { Operator } from "../support/Operator.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { until } from "../support/until.ts";
import { Cli } from "./Cli.ts";
import { makeWorld, type World } from "./transferWorld.ts";

let server: ClickClack;
let target: ClickClack;
let operator: Operator;
let there: Operator;
let world: World;
let folder: string;
let exported: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickclack-faults-"));
  const start = async () => {
    const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
    return ClickClack.start({ nats: nats.url, db: db.url });
  };
  server = await start();
  target = await start();
  operator = await Operator.connect(server);
  there = await Operator.connect(target);
  world = await makeWorld(new ApiClient(server.url), operator);
  exported = join(folder, "original");
  await exportTo(exported);
});
afterAll(async () => {
  await operator?.close();
  await there?.close();
  await server?.stop();
  await target?.stop();
  await rm(folder, { recursive: true, force: true });
});

const exportTo = (dir: string, workspace = world.workspace.id) =>
  Cli.on(server.dataDir).json(["export", "--workspace", workspace, "--out", dir]);

let copies = 0;
/** A copy of the export to do harm to. */
const copyOf = (): string => {
  const dir = join(folder, `copy-${++copies}`);
  cpSync(exported, dir, { recursive: true });
  return dir;
};

/** Changes a file's lines, and makes the manifest agree, as somebody would who means harm. */
const rewrite = (dir: string, name: string, change: (lines: Array<string>) => Array<string>): string => {
  const lines = change(readFileSync(join(dir, name), "utf8").trimEnd().split("\n"));
  const text = lines.map((line) => `${line}\n`).join("");
  writeFileSync(join(dir, name), text);
  editManifest(dir, (manifest) => {
    const files = manifest["files"] as Array<Record<string, unknown>>;
    const sha256 = createHash("sha256").update(text).digest("hex");
    Object.assign(
      files.find((file) => file["name"] === name)!,
      {
        lines: lines.length,
        byte_size: Buffer.byteLength(text),
        sha256,
      },
    );
  });
  return dir;
};

const editManifest = (dir: string, change: (manifest: Record<string, unknown>) => void): string => {
  const path = join(dir, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
  return dir;
};

/** Replaces in the first line that has it. */
const replaceIn = (dir: string, name: string, what: string | RegExp, by: string): string =>
  rewrite(dir, name, (lines) => {
    const at = lines.findIndex((line) => line.search(what) >= 0);
    if (at < 0) throw new Error(`${name} has no ${String(what)}`);
    return lines.with(at, lines[at]!.replace(what, by));
  });

describe("an export is refused before anything is written", () => {
  const damaged: ReadonlyArray<readonly [string, RegExp, (dir: string) => unknown]> = [
    ["without its manifest", /manifest.json is missing/, (dir) => rm(join(dir, "manifest.json"))],
    ["cut off within a line", /commits.jsonl line \d+ is cut off/, (dir) => cut(dir, 10)],
    [
      "cut off between two lines",
      /commits.jsonl is cut off: it has \d+ of \d+ lines/,
      (dir) => {
        const text = readFileSync(join(dir, "commits.jsonl"), "utf8");
        writeFileSync(join(dir, "commits.jsonl"), text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1));
      },
    ],
    [
      "with a letter changed",
      /commits.jsonl is damaged: its SHA-256/,
      (dir) => edit(dir, "commits.jsonl", "I quote", "I wrote"),
    ],
    [
      "with a line that is no JSON",
      /accounts.jsonl line 2 is no JSON/,
      (dir) => edit(dir, "accounts.jsonl", /\n\{/, "\n("),
    ],
    ["without a file", /files\/upl_\w+ is missing/, (dir) => rm(join(dir, "files", world.uploadId))],
    [
      "with a file changed",
      /files\/upl_\w+ is damaged: its SHA-256/,
      (dir) => edit(dir, join("files", world.uploadId), "plan", "plot"),
    ],
    [
      "with a file cut off",
      /files\/upl_\w+ has not the size/,
      (dir) => truncateSync(join(dir, "files", world.uploadId), 5),
    ],
  ];
  const cut = (dir: string, bytes: number) => {
    const path = join(dir, "commits.jsonl");
    truncateSync(path, readFileSync(path).byteLength - bytes);
  };
  const edit = (dir: string, name: string, what: string | RegExp, by: string) => {
    const path = join(dir, name);
    writeFileSync(path, readFileSync(path, "utf8").replace(what, by));
  };

  const hostile: ReadonlyArray<readonly [string, RegExp, (dir: string) => unknown]> = [
    [
      "a manifest that names a path",
      /manifest.json is damaged/,
      (dir) => editManifest(dir, (it) => (it["files"] = [{ name: "../../etc/passwd", lines: 1 }])),
    ],
    [
      "an upload that is a path",
      /files.jsonl line 1: upload_id is no id/,
      (dir) => replaceIn(dir, "files.jsonl", world.uploadId, "../../../etc/passwd"),
    ],
    [
      "an upload that has another thing's id",
      /files.jsonl line 1: its id is none of an upload/,
      (dir) => replaceIn(dir, "files.jsonl", world.uploadId, newId("msg")),
    ],
    [
      "an upload that the log does not tell of",
      /files.jsonl line 1: commits.jsonl tells of no such upload/,
      (dir) => replaceIn(dir, "files.jsonl", world.uploadId, newId("upl")),
    ],
    [
      "a file that is a link",
      /files\/upl_\w+ is missing/,
      (dir) => {
        const path = join(dir, "files", world.uploadId);
        renameSync(path, join(dir, "elsewhere"));
        symlinkSync(join(dir, "elsewhere"), path);
      },
    ],
    [
      "lines that come out of a pipe",
      /accounts.jsonl is missing/,
      async (dir) => {
        await rm(join(dir, "accounts.jsonl"));
        execFileSync("mkfifo", [join(dir, "accounts.jsonl")]);
      },
    ],
    [
      "a picture on another host, disguised as a path",
      /accounts.jsonl line 1: its picture has no address of the web/,
      (dir) => replaceIn(dir, "accounts.jsonl", /"avatar_url":"[^"]*"/, '"avatar_url":"//evil.example/x"'),
    ],
    [
      "a newer format",
      /this export is of format 2; this program reads format 1/,
      (dir) => editManifest(dir, (it) => (it["format"] = 2)),
    ],
    [
      "a scope that is a wildcard",
      /commits.jsonl line \d+: its scope/,
      (dir) => replaceIn(dir, "commits.jsonl", '"scope":"_"', '"scope":"*.>"'),
    ],
    [
      "an unknown type of event",
      /commits.jsonl line \d+: this program knows no events message.shouted/,
      (dir) =>
        replaceIn(dir, "commits.jsonl", '"type":"message.created","v"', '"type":"message.shouted","v"'),
    ],
    [
      "a field that no column has",
      /commits.jsonl line \d+: an event is malformed/,
      (dir) => replaceIn(dir, "commits.jsonl", '"icon_url"', '"evil":"x","icon_url"'),
    ],
    [
      "a text that Postgres cannot store",
      /commits.jsonl line \d+: body holds what is no text/,
      (dir) => replaceIn(dir, "commits.jsonl", "I quote", "I \\u0000 quote"),
    ],
    [
      "a time that is none",
      /commits.jsonl line \d+: at is no time/,
      (dir) => replaceIn(dir, "commits.jsonl", /"at":"[^"]+"/, '"at":"yesterday"'),
    ],
    [
      "a version left out",
      /commits.jsonl line 2: version \d+ is expected/,
      (dir) => rewrite(dir, "commits.jsonl", ([first, , ...rest]) => [first!, ...rest]),
    ],
    [
      "a message in a channel that nobody made",
      /commits.jsonl line \d+: a message is not the next one of its channel/,
      (dir) =>
        replaceIn(
          dir,
          "commits.jsonl",
          new RegExp(`(?<="type":"message.created",.*"channel_id":")${world.secret.id}`),
          newId("chn"),
        ),
    ],
    [
      "an account whose id is none",
      /accounts.jsonl line 1: /,
      (dir) => replaceIn(dir, "accounts.jsonl", /usr_[0-9a-z]{26}/, "usr_*"),
    ],
    [
      "a picture that is a script",
      /accounts.jsonl line 1: its picture/,
      (dir) => replaceIn(dir, "accounts.jsonl", '"avatar_url":""', '"avatar_url":"javascript:alert(1)"'),
    ],
  ];

  test.each([...damaged, ...hostile])("%s", async (_, why, harm) => {
    const dir = copyOf();
    await harm(dir);
    // The first thing that an import does, with no deployment at hand.
    const progress = new Progress(() => undefined);
    await expect(verifyExport({ dir, progress })).rejects.toThrow(why);
  });

  test("and the command line says why, and nothing is there afterwards", async () => {
    const dir = copyOf();
    edit(dir, "commits.jsonl", "I quote", "I wrote");
    const ran = await Cli.on(target.dataDir).run(["import", dir]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("clickclack: commits.jsonl is damaged");
    expect(await there.deployment.chatStore.position(world.workspace.id)).toMatchObject({ version: 0 });
    expect(await there.deployment.directory.findCurrent(world.ann.user.id)).toBeUndefined();
  });

  test("ids of another workspace here", async () => {
    // Somebody calls an exported workspace otherwise, and brings it back: its messages must not be taken over.
    const dir = copyOf();
    const other = newId("wsp");
    for (const name of ["commits.jsonl", "personal.jsonl"])
      rewrite(dir, name, (lines) => lines.map((line) => line.replaceAll(world.workspace.id, other)));
    editManifest(dir, (manifest) => Object.assign(manifest["workspace"] as object, { id: other }));
    const ran = await Cli.on(server.dataDir).run(["import", dir]);
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/belongs to another workspace here/),
    });
    expect(await operator.deployment.chatStore.position(other)).toMatchObject({ version: 0 });
  });

  test("a folder that is none", async () => {
    const ran = await Cli.on(target.dataDir).run(["import", join(folder, "nowhere")]);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("holds no complete export") });
  });
});

describe("a larger workspace", () => {
  const MESSAGES = 1_500;
  let large: string;
  let workspaceId: string;
  let channelId: string;

  beforeAll(async () => {
    const ann = world.ann.client;
    ({ id: workspaceId } = await ann.createWorkspace("Large"));
    ({ id: channelId } = await ann.createChannel(workspaceId));
    await postMany(MESSAGES);
    large = join(folder, "large");
    await exportTo(large, workspaceId);
  });

  const postMany = async (count: number) => {
    const post = (n: number) =>
      operator.send(
        workspaceId,
        { type: "PostMessage", channelId, messageId: newId("msg"), body: `message ${n}` },
        world.ann.user.id,
      );
    for (let n = 0; n < count; n += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => post(n + i)));
  };

  test("is exported up to a version while people go on writing", async () => {
    const dir = join(folder, "meanwhile");
    const writing = postMany(500);
    const { version, counts } = await exportTo(dir, workspaceId);
    await writing;
    const events = readFileSync(join(dir, "commits.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .flatMap((line) => (JSON.parse(line) as { events: Array<{ version: number }> }).events);
    expect(events.map((event) => event.version)).toEqual(events.map((_, i) => i + 1));
    expect([version, counts.events]).toEqual([events.length, events.length]);
  });

  test("goes on after kill -9 in the midst, as often as it takes, and is whole in the end", async () => {
    const versions: Array<number> = [];
    for (let killed = 0; killed < 3; killed++) {
      const before = await there.deployment.chatStore.position(workspaceId);
      const { child } = Cli.on(target.dataDir).start(["import", large, "--json"]);
      await until(
        async () => (await there.deployment.chatStore.position(workspaceId)).version > before.version + 100,
        { what: "some of it to be written", deadlineMs: 60_000, everyMs: 5 },
      );
      child.kill("SIGKILL");
      await new Promise((gone) => child.once("close", gone));
      versions.push((await there.deployment.chatStore.position(workspaceId)).version);
    }
    const counted = (JSON.parse(readFileSync(join(large, "manifest.json"), "utf8")) as { version: number })
      .version;
    expect(Math.max(...versions)).toBeLessThan(counted);
    expect(versions.toSorted((a, b) => a - b)).toEqual(versions);
    const done = await Cli.on(target.dataDir).json(["import", large, "--verify"]);
    expect(done).toMatchObject({ outcome: "resumed", version: counted, verified: true });
  });

  test("cannot be imported on once somebody else wrote into the part that is there", async () => {
    const dir = join(folder, "foreign");
    cpSync(large, dir, { recursive: true });
    const cli = Cli.on(target.dataDir);
    const { child } = cli.start(["import", dir, "--new-ids", "--json"]);
    const { deployment } = there;
    const salt = await until(() => deployment.meta.get<string>("import-salt"), {
      what: "the import to begin",
      deadlineMs: 60_000,
    });
    const copy = new IdMap({ workspaceId, salt }).workspaceId;
    await until(async () => (await deployment.chatStore.position(copy)).version > 100, {
      what: "some of it to be written",
      deadlineMs: 60_000,
      everyMs: 5,
    });
    // Held in its midst: it must not be done before the other has written.
    child.kill("SIGSTOP");
    await there.send(copy, { type: "UpdateWorkspace", name: "Mine" });
    child.kill("SIGCONT");
    const code = await new Promise<number | null>((gone) => child.once("close", gone));
    expect(code).toBe(1);
    const again = await cli.run(["import", dir, "--new-ids"]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("another history") });
  });
});
