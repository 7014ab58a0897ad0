import type { IdempotencyKey } from "@clickclack/eventsourcing/Decider";
import { newId } from "@clickclack/protocol/Ids";
import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import { terminalCommand } from "@clickclack/protocol/terminal/terminalCommands";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { inputKey } from "../../idempotencyKeys.ts";
import type { Outcome } from "../../Writes.ts";
import { COMMANDS } from "./commands/commandHandlers.ts";
import { say } from "./commands/say.ts";
import { withoutControls } from "./plainText.ts";
import type { TerminalParts } from "./TerminalParts.ts";
import { TerminalRefusal } from "./TerminalRefusal.ts";
import type { TerminalSession } from "./TerminalSession.ts";

/** Somebody who typed something, and how what it causes is done. */
export interface Typist {
  readonly parts: TerminalParts;
  readonly session: TerminalSession;
  /** Carries a command out, and waits until everybody here was told. Sent again after a lost connection it is done once. */
  readonly send: (command: WorkspaceCommand, options?: { readonly anew?: boolean }) => Promise<Outcome>;
}

/** What whoever typed is told, after everybody was told of what it caused. */
export type Answers = ReadonlyArray<TerminalFrame>;

export type CommandHandler = (typist: Typist, args: string) => Promise<Answers>;

export interface Input {
  readonly text: string;
  readonly id: string | undefined;
}

/** Does what was typed, and answers it. Throws TerminalRefusal, ApiFailure or StoreUnavailable where it is refused. */
export const runInput = (parts: TerminalParts, session: TerminalSession, input: Input): Promise<void> =>
  session.moving(() => runAndAnswer(parts, session, input));

const runAndAnswer = async (
  parts: TerminalParts,
  session: TerminalSession,
  { text, id }: Input,
): Promise<void> => {
  const answers = await run(typistOf(parts, session, id), withoutControls(text).trimEnd());
  await parts.hub.settled();
  const place = placeOf(parts, session);
  if (id !== undefined) session.done(id);
  session.together(() => {
    for (const frame of answers) session.send(frame);
    if (id === undefined) return;
    session.send({
      type: "ack",
      id,
      ...(session.isNews(place) && place),
      resume: parts.hub.resumeOf(session),
    });
  });
};

/** What a client must know of where it is. */
export const placeOf = ({ names }: TerminalParts, session: TerminalSession) => ({
  ...session.place(),
  username: names.nickOf(session.replica.state, session.userId),
});

const run = async (typist: Typist, text: string): Promise<Answers> => {
  if (!text.startsWith("/")) return say(typist, text);
  if (text.startsWith("//")) return say(typist, text.slice(1));
  const [, typed = "", args = ""] = /^\/(\S*)\s*(.*)$/su.exec(text) ?? [];
  const { session, parts } = typist;
  const command = terminalCommand(typed.toLowerCase());
  const handler = command && COMMANDS.get(command.name);
  parts.turns.take(session.userId, "command");
  if (!handler)
    throw new TerminalRefusal("unknown_command", `there is no command /${typed}; /help lists the commands`);
  return handler(typist, args.trim());
};

/** Other words are another input, whatever its id is. */
const bodyOf = (command: WorkspaceCommand): string => (command.type === "PostMessage" ? command.body : "");

const typistOf = (parts: TerminalParts, session: TerminalSession, id: string | undefined): Typist => {
  const key = id === undefined ? undefined : session.keyOf(id);
  return {
    parts,
    session,
    send: async (command, { anew = false } = {}) => {
      const { replica, caller } = session;
      const keys: ReadonlyArray<IdempotencyKey> =
        key === undefined || anew ? [] : inputKey(caller, [command.type, bodyOf(command), key].join(" "));
      const outcome = await parts.context.writes.send(replica.id, caller, command, {
        correlationId: newId("req"),
        keys,
      });
      const last = outcome.events.at(-1);
      if (last) await replica.reach(last.event.version);
      await parts.hub.settled();
      return outcome;
    },
  };
};
