import { IdentityProjection } from "@clickclack/identity/projections/IdentityProjection";
import { ChatProjection } from "@clickclack/workspace/projections/ChatProjection";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { query } from "../support/query.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { until } from "../support/until.ts";
import { Cli } from "./Cli.ts";

const PARTITIONS = 3;

let server: ClickClack;
let cli: Cli;
let captain: ApiClient;
let db: string;

beforeAll(async () => {
  const [nats, database] = await Promise.all([freshNats(), freshDatabase()]);
  db = database.url;
  server = await ClickClack.start({ nats: nats.url, db, args: ["--partitions", String(PARTITIONS)] });
  cli = Cli.on(server.dataDir);
  captain = new ApiClient(server.url);
});
afterAll(() => server?.stop());

interface Row {
  readonly generation: number;
}

const generation = async (name: string): Promise<number> => {
  const rows = await query<Row>(db, "select generation from clickclack.projections where name = $1", [name]);
  return rows[0]!.generation;
};

const schemas = async (): Promise<ReadonlyArray<string>> => {
  const rows = await query<{ nspname: string }>(
    db,
    "select nspname from pg_namespace where nspname like 'rm\\_%' order by nspname",
  );
  return rows.map(({ nspname }) => nspname);
};

const liveSchemas = async () => [
  `rm_chat_${await generation("chat")}`,
  `rm_identity_${await generation("identity")}`,
  `rm_personal_${await generation("personal")}`,
];

/** Writes of all kinds, in several workspaces at once, and reads of them, until told to stop. */
class Load {
  readonly posted = new Map<string, Array<string>>();
  #stopping = false;
  readonly #running: ReadonlyArray<Promise<void>>;

  constructor(channels: ReadonlyArray<string>) {
    this.#running = channels.map((channel) => this.#write(channel));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  get total(): number {
    return [...this.posted.values()].reduce((sum, list) => sum + list.length, 0);
  }

  /** After each write the channel is read: what was written is there, and nothing before it is missing. */
  async #write(channel: string): Promise<void> {
    const bodies: Array<string> = [];
    this.posted.set(channel, bodies);
    for (let n = 1; !this.#stopping; n++) {
      const { message } = await captain.post(channel, `message ${n}`);
      bodies.push(message.body);
      if (n % 3 === 0)
        await captain.ok("POST", `/api/messages/${message.id}/reactions`, { body: { emoji: "👍" } });
      if (n % 5 === 0)
        await captain.ok("POST", `/api/messages/${message.id}/thread/replies`, { body: { body: "indeed" } });
      const { messages } = await captain.list(channel, "?limit=20");
      expect(messages.map(({ body }) => body)).toEqual(bodies.slice(-20));
    }
  }
}

test("status tells every partition's checkpoint and lag, for people and for scripts", async () => {
  const { projections } = await cli.json(["projections", "status"]);
  expect(projections).toMatchObject([
    { name: "chat", generation: 1, format: ChatProjection.format, known_format: ChatProjection.format },
    {
      name: "identity",
      generation: 1,
      format: IdentityProjection.format,
      known_format: IdentityProjection.format,
    },
    { name: "personal", generation: 1, format: 2, known_format: 2 },
  ]);
  expect(projections[0].partitions).toHaveLength(PARTITIONS);
  for (const { checkpoint, tail, lag } of projections[0].partitions) expect(lag).toBe(tail - checkpoint);
  const shown = (await cli.ok(["projections", "status"])).split("\n");
  expect(shown).toHaveLength(1 + PARTITIONS + 1 + 1);
});

test("verify finds everything as the log says while writes go on, and leaves nothing behind", async () => {
  const load = await startLoad();
  const { ok, projections } = await cli.json(["projections", "verify"]);
  await load.stop();
  expect(ok).toBe(true);
  const tables = projections[0].tables.map(({ table }: { table: string }) => table);
  expect(tables).toEqual(
    expect.arrayContaining(["workspaces", "members", "channels", "messages", "reactions"]),
  );
  expect(projections[0].commits).toBeGreaterThan(0);
  expect(await schemas()).toEqual(await liveSchemas());
});

test("verify names a table with a row that is not what the log says, and rebuild mends it", async () => {
  const workspace = await captain.createWorkspace();
  const channel = await captain.createChannel(workspace.id);
  const { message } = await captain.post(channel.id, "as it was said");
  await captain.list(channel.id);
  await query(db, `update rm_chat_${await generation("chat")}.messages set body = 'forged' where id = $1`, [
    message.id,
  ]);
  expect((await captain.list(channel.id)).messages[0]!.body).toBe("forged");
  const { code, stdout, stderr } = await cli.run(["projections", "verify", "--json"]);
  expect(code).toBe(1);
  expect(stderr).toContain("chat.messages");
  expect(stderr).not.toContain("chat.channels");
  const chat = JSON.parse(stdout).projections[0];
  expect(chat.tables.filter(({ matches }: { matches: boolean }) => !matches)).toEqual([
    { table: "messages", matches: false },
  ]);
  expect(await schemas()).toEqual(await liveSchemas());
  await cli.ok(["projections", "rebuild", "chat"]);
  expect((await captain.list(channel.id)).messages[0]!.body).toBe("as it was said");
  expect((await cli.run(["projections", "verify"])).code).toBe(0);
});

test("rebuilds under load lose nothing, and every read is right", async () => {
  const before = await generation("chat");
  const load = await startLoad();
  const made: Array<number> = [];
  for (const name of ["chat", "identity", "chat", "chat"]) {
    const sofar = load.total;
    const rebuilt = await cli.json(["projections", "rebuild", name]);
    expect(rebuilt).toMatchObject({ name, generation: await generation(name) });
    if (name === "chat") made.push(rebuilt.generation);
    await until(() => load.total > sofar + 30, { what: "writes after the rebuild", deadlineMs: 30_000 });
  }
  await load.stop();
  // Numbers are never used twice, also not those of tables that were made for a comparison.
  expect(made[0]).toBeGreaterThan(before);
  expect(made).toEqual([made[0], made[0]! + 1, made[0]! + 2]);
  expect((await cli.json(["projections", "verify"])).ok).toBe(true);
  expect(await schemas()).toEqual(await liveSchemas());
  expect(server.output).not.toContain("projecting failed");
});

test("tables that a killed command left are dropped by the next one", async () => {
  const abandoned = (await generation("chat")) + 1;
  await query(db, `create schema rm_chat_${abandoned}`);
  await query(db, "insert into clickclack.checkpoints values ('chat', $1, 0, 7)", [abandoned]);
  await cli.ok(["projections", "verify"]);
  expect(await schemas()).toEqual(await liveSchemas());
  const rows = await query<Row>(
    db,
    "select distinct generation from clickclack.checkpoints where projection = 'chat'",
  );
  expect(rows).toEqual([{ generation: await generation("chat") }]);
});

test("a projection is rebuilt or verified by one process at a time", async () => {
  const other = new pg.Client({ connectionString: db });
  await other.connect();
  try {
    await other.query("select pg_advisory_lock(hashtext('clickclack:maintain:chat'))");
    for (const command of [["rebuild", "chat"], ["verify"]]) {
      const { code, stderr } = await cli.run(["projections", ...command]);
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("by another process"),
      });
    }
    expect((await cli.run(["projections", "rebuild", "identity"])).code).toBe(0);
  } finally {
    await other.end();
  }
});

test("the database of a command must be migrated, which migrate does", async () => {
  const { nats } = await server.runFile();
  const [fresh, there] = [(await freshDatabase()).url, new Cli("--nats", nats)];
  const refused = await there.run(["projections", "status", "--db", fresh]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("run  clickclack migrate") });
  expect(await new Cli().json(["migrate", "--db", fresh])).toEqual({
    applied: ["0001-projections", "0002-generations"],
  });
  expect(await new Cli().ok(["migrate", "--db", fresh])).toBe("the database is up to date");
  const { projections } = await there.json(["projections", "status", "--db", fresh]);
  expect(projections[0].generation).toBeUndefined();
});

/** Load on a channel of a workspace in each partition, once it runs. */
const startLoad = async (): Promise<Load> => {
  const workspaces = await Promise.all(Array.from({ length: PARTITIONS }, () => captain.createWorkspace()));
  const channels = await Promise.all(workspaces.map(({ id }) => captain.createChannel(id)));
  const load = new Load(channels.map(({ id }) => id));
  await until(() => load.total > 10, { what: "the load to run" });
  return load;
};
