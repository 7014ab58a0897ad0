import type { TerminalExtra } from "@clickclack/protocol/terminal/TerminalFrames";
import { missing, readMissed } from "./readMissed.ts";
import { placeOf } from "./runInput.ts";
import { admit, takeRooms } from "./takeRooms.ts";
import type { TerminalParts } from "./TerminalParts.ts";
import { TerminalSession, type TerminalWire } from "./TerminalSession.ts";
import { type Hello, type Newcomer, whoComes } from "./WhoComes.ts";

export interface Greeting extends Hello {
  /** Id of the last message that was shown. */
  readonly last: string | undefined;
  readonly wants: ReadonlySet<TerminalExtra>;
  readonly text: boolean;
  readonly wire: TerminalWire;
  /** Whether the connection was closed meanwhile. */
  readonly isGone: () => boolean;
}

/** Lets somebody in, and tells it where it is and what it missed; undefined when its connection is gone. Throws as {@link whoComes} does. */
export const greet = async (
  parts: TerminalParts,
  greeting: Greeting,
): Promise<TerminalSession | undefined> => {
  const newcomer = await whoComes(parts, greeting);
  try {
    const session = await letIn(parts, greeting, newcomer);
    if (!session) await giveBack(parts, greeting, newcomer);
    return session;
  } catch (error) {
    await giveBack(parts, greeting, newcomer);
    throw error;
  }
};

const giveBack = async (
  parts: TerminalParts,
  { sessionId }: Greeting,
  { guestName }: Newcomer,
): Promise<void> => {
  if (guestName !== undefined) await parts.guests.release(guestName, sessionId);
};

const letIn = async (
  parts: TerminalParts,
  greeting: Greeting,
  newcomer: Newcomer,
): Promise<TerminalSession | undefined> => {
  const { hub, names } = parts;
  const replica = await admit(parts, newcomer);
  const { rooms, notices } = await takeRooms(parts, newcomer, replica);
  await hub.open(replica);
  const { caller, visit, guestName, restored } = newcomer;
  const { wants, text, wire } = greeting;
  const session = new TerminalSession({
    id: greeting.sessionId,
    caller,
    replica,
    visit,
    guestName,
    wants,
    text,
    wire,
  });
  for (const id of rooms) session.enter(id, true);
  await names.ensure(replica.state, [session.userId]);
  const from = restored?.workspaceId === replica.id ? restored : undefined;
  const read = from && (await readMissed(parts, session, from, greeting.last));
  if (greeting.isGone()) return undefined;
  // From here on nothing is awaited: what happens from now on is told, what happened before is in what was read.
  if (read && missing(read, replica)) return letIn(parts, greeting, newcomer);
  hub.add(session);
  session.together(() => {
    const place = placeOf(parts, session);
    session.isNews(place);
    session.send({ type: "welcome", ...place, resume: hub.resumeOf(session) });
    if (greeting.resume !== undefined && !restored)
      session.send({ type: "notice", text: "your earlier session cannot be taken up again; you begin anew" });
    for (const notice of notices) session.send({ type: "notice", text: notice });
    if (read?.missed.gap)
      session.send({
        type: "notice",
        text: "more was said meanwhile than is shown; /history tells the last of it",
      });
    for (const frame of read?.missed.frames(names) ?? []) session.send(frame);
  });
  return session;
};
