import { withDatabase } from "@clickclack/database/Database";
import { findMessageRows, listMessages } from "@clickclack/workspace/projections/messageQueries";
import { shownBody } from "../messageFrame.ts";
import type { CommandHandler } from "../runInput.ts";
import { TerminalRefusal } from "../TerminalRefusal.ts";
import { newestToTell } from "../toldBytes.ts";

const DEFAULT = 20;
const MOST = 100;

/** `/history`, or `/history 50`: the newest messages of the current room, oldest first. */
export const history: CommandHandler = async ({ parts, session }, args) => {
  const { settings, context, names } = parts;
  if (!settings.history) throw new TerminalRefusal("not_allowed", "this server tells no history");
  const limit = args === "" ? DEFAULT : Number(args);
  if (args !== "" && !(/^\d+$/.test(args) && limit >= 1 && limit <= MOST))
    throw new TerminalRefusal("bad_arguments", `write /history, or /history <n> with n from 1 to ${MOST}`);
  const { services, users, reads } = context;
  const { replica, userId, room } = session;
  await reads.projectedUpTo(replica.id, replica.seq);
  const { messages } = await withDatabase(() =>
    listMessages(services.db, room, userId, { window: { _tag: "Latest" }, limit, users }),
  );
  const ids = messages.map(({ id }) => id);
  const rows = await withDatabase(() => findMessageRows(services.db, ids));
  const shown = rows.filter((row) => !row.deleted_at);
  await names.ensure(
    replica.state,
    shown.map((row) => row.author_id),
  );
  if (!session.isIn(room)) throw new TerminalRefusal("not_in_room", "you are not in that room any more");
  const name = replica.state.channels.get(room)?.name ?? "";
  if (shown.length === 0) return [{ type: "notice", text: `nothing was said in #${name} yet` }];
  const frames = shown.map((row) => ({
    type: "message" as const,
    id: row.id,
    ts: row.created_at.toISOString(),
    username: names.nickOf(replica.state, row.author_id, row.version),
    room: name,
    text: shownBody(row.body),
    ...(row.kind === "action" && { action: true as const }),
    history: true as const,
  }));
  const told = newestToTell(frames);
  const older = frames.length - told.length;
  return older === 0
    ? told
    : [{ type: "notice", text: `${older} older ones are too long to be told at once` }, ...told];
};
