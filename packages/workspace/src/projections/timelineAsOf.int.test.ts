import { type Database, type Db, openDatabase } from "@clickclack/database/Database";
import { migrate } from "@clickclack/database/migrate";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { newId } from "@clickclack/protocol/Ids";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "../../../../test/support/services.ts";
import { ChatProjection } from "./ChatProjection.ts";
import type { Moment } from "./Moment.ts";
import { listMessages } from "./messageQueries.ts";
import { lastNumberAsOf } from "./timelineAsOf.ts";

let database: Database;
let db: Db;
const workspaceId = newId("wsp");
const channelId = newId("chn");

const START = Date.UTC(2026, 0, 1);
const SECOND = 1_000;
const COUNT = 3_000;
/** Of every hundred, the tenth message was stamped by a clock that is eight seconds behind the others. */
const secondOf = (seq: number) => (seq % 100 === 10 ? seq - 8 : seq);
const timeOf = (seq: number) => new Date(START + secondOf(seq) * SECOND);
/** Numbers whose messages were erased from the log. */
const isErased = (seq: number) => seq % 7 === 3;
/** Every message takes two versions, as if something else happened between. */
const versionOf = (seq: number) => 2 * seq;

const posted = (seq: number): WorkspaceEvent => ({
  id: newId("evt"),
  type: "message.created",
  v: 1,
  workspace_id: workspaceId,
  channel_id: channelId,
  version: versionOf(seq),
  at: timeOf(seq).toISOString(),
  actor: { user_id: "usr_x" },
  causation_id: "cmd_x",
  correlation_id: "x",
  payload: { message_id: newId("msg"), author_id: "usr_x", body: `${seq}`, channel_seq: seq },
});

beforeAll(async () => {
  database = openDatabase((await freshDatabase()).url);
  db = database.db;
  await migrate(db);
  await db.schema.createSchema("identity").ifNotExists().execute();
  await db.schema
    .createTable("identity.users")
    .addColumn("id", "text", (col) => col.primaryKey())
    .execute();
  const tables = await ProjectionTables.open(db, ChatProjection);
  const seqs = Array.from({ length: COUNT }, (_, i) => i + 1).filter((seq) => !isErased(seq));
  const commits = seqs.map((seq) => ({ seq, commit: { events: [posted(seq)] } }));
  expect(await tables.apply(0, 0, COUNT, commits)).toBe(true);
});
afterAll(() => database?.close());

const last = (moment: Moment, id = channelId) =>
  lastNumberAsOf(db, { scope: "channel_id", id, number: "channel_seq" }, moment);
const newest = async (moment: Moment): Promise<ReadonlyArray<string>> => {
  const page = await listMessages(db, channelId, "usr_x", {
    window: { _tag: "Latest" },
    limit: 20,
    asOf: moment,
  });
  return page.messages.map(({ body }) => body);
};
const newestOf = (had: (seq: number) => boolean) =>
  Array.from({ length: COUNT }, (_, i) => i + 1)
    .filter((seq) => !isErased(seq) && had(seq))
    .slice(-20)
    .map(String);

describe("the last number", () => {
  it("is that of the newest message, whatever numbers are missing, or one that is missing after it", async () => {
    for (let version = 0; version <= versionOf(COUNT) + 3; version += 37) {
      const number = await last({ _tag: "Version", version });
      const had = Math.min(Math.floor(version / 2), COUNT);
      const missing = (seq: number) => seq > had || isErased(seq);
      expect([version, number <= had]).toEqual([version, true]);
      for (let seq = number + 1; seq <= had; seq++)
        expect([version, seq, missing(seq)]).toEqual([version, seq, true]);
    }
  });

  it("is 0 where there is nothing", async () => {
    expect(await last({ _tag: "Version", version: 9 }, newId("chn"))).toBe(0);
    expect(await last({ _tag: "Version", version: 0 })).toBe(0);
  });
});

describe("the newest messages", () => {
  it.each([0, 1, 2, 3, 19, 21, 1_000, 4_001, versionOf(COUNT), versionOf(COUNT) + 1])(
    "as of version %i are those up to it",
    async (version) => {
      expect(await newest({ _tag: "Version", version })).toEqual(
        newestOf((seq) => versionOf(seq) <= version),
      );
    },
  );

  it("as of a time are those that bear it or an earlier one, though clocks disagree", async () => {
    const times = [0, 1, 2, 9, 10, 11, 100, 101, 102, 103, 1_502, 1_509, 2_990, COUNT, COUNT + 100];
    for (const second of times) {
      const at = new Date(START + second * SECOND);
      expect([second, await newest({ _tag: "Time", at })]).toEqual([
        second,
        newestOf((seq) => secondOf(seq) <= second),
      ]);
    }
  });
});
