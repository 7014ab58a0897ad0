import type { Channel } from "@clickclack/protocol/http/shapes";
import pg from "pg";
import type { ClickClack } from "../../test/support/ClickClack.ts";
import { until } from "../../test/support/until.ts";
import { fillChannels } from "./fillChannels.ts";
import { type Population, populate } from "./population.ts";

const MEMBERS = 20;
const CHANNELS = 200;
/** In each channel but the first. */
const FEW_MESSAGES = 500;
const FOLDED_WITHIN_MS = 15 * 60_000;

/** A workspace with much to read. */
export interface Library extends Population {
  /** The first holds most messages. */
  readonly channels: ReadonlyArray<Channel>;
  readonly events: number;
  readonly fillMs: number;
}

/**
 * 200 channels, one of them with `messages` messages: written to the log, folded by the server's projector. The reader,
 * the first member, has read a tenth of the large channel and half of every other of the small ones.
 */
export const fillLibrary = async (server: ClickClack, messages: number): Promise<Library> => {
  const people = await populate(server, MEMBERS);
  const { client, workspaceId, userIds } = people;
  const made: Array<Channel> = [];
  for (let i = 0; i < CHANNELS; i++) made.push(await client.createChannel(workspaceId, `room-${i}`));
  const channels = made.map((channel, i) => ({ channel, messages: i === 0 ? messages : FEW_MESSAGES }));
  const started = performance.now();
  const filled = await fillChannels(server, { workspaceId, members: userIds, channels });
  const database = new pg.Client({ connectionString: (await server.runFile()).db });
  await database.connect();
  await until(() => isFolded(database, filled.seq), {
    what: "the projector to fold the log",
    deadlineMs: FOLDED_WITHIN_MS,
    everyMs: 100,
  });
  const fillMs = performance.now() - started;
  // What autovacuum does by itself within minutes: otherwise one round is measured before it and another after.
  await database.query("vacuum analyze");
  await database.end();
  // The actor did not write these events, and reads them all before it takes the first command.
  await until(() => client.post(made[1]!.id, "now it knows"), {
    what: "the workspace's actor to know what was written",
    deadlineMs: FOLDED_WITHIN_MS,
  });
  for (const [i, { channel, messages: count }] of channels.entries()) {
    if (i !== 0 && i % 2 === 0) continue;
    const seq = Math.floor(i === 0 ? count / 10 : count / 2);
    await client.ok("POST", `/api/channels/${channel.id}/read`, { body: { seq } });
  }
  return { ...people, channels: made, events: filled.events, fillMs };
};

const isFolded = async (database: pg.Client, seq: number): Promise<boolean> => {
  const { rows } = await database.query("select seq from clickclack.checkpoints where projection = 'chat'");
  return rows.some((row) => Number(row.seq) >= seq);
};
