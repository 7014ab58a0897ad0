import type { Workspace } from "@clickclack/protocol/http/shapes";
import type { Place } from "../Places.ts";
import { Refusal } from "../Refusal.ts";
import type { Session } from "../Session.ts";
import { workspaceCommand } from "../workspaceCommands.ts";

/** What a command has to do with. */
export interface CommandContext {
  readonly session: Session;
  /** Of the line that was typed: the same text under the same nonce is posted once. */
  readonly nonce: string;
  readonly workspaces: () => Promise<ReadonlyArray<Workspace>>;
  /** Resolves once the other workspace is there. */
  readonly switchTo: (workspace: Workspace) => Promise<void>;
  readonly rename: (handle: string) => Promise<void>;
  readonly quit: () => void;
}

/** Carries a command out; `rest` is what was typed behind its name, trimmed. Throws Refusal and what the server refuses. */
export type Command = (context: CommandContext, rest: string) => Promise<void>;

export type Commands = Readonly<Record<string, Command>>;

export const notice = ({ session }: CommandContext, text: string): void =>
  session.tell({ _tag: "notice", text });

/** The room that one is in. */
export const requirePlace = ({ session }: CommandContext): Place => {
  if (session.place) return session.place;
  throw new Refusal("not_in_room", "you are in no room; /rooms shows what there is, /join enters one");
};

/** How a command is typed, where it was typed otherwise. */
export const usage = (name: string): Refusal =>
  new Refusal("bad_arguments", `it is typed so: ${workspaceCommand(name)!.usage}`);

/** The first word and what follows it. */
export const firstWord = (rest: string): readonly [word: string, rest: string] => {
  const [, word = "", more = ""] = /^(\S*)\s*([\s\S]*)$/.exec(rest)!;
  return [word, more];
};

/** Messages that can be counted back to: what one may still see. */
const MAX_BACK = 99;

/** A small number that counts messages back from the newest, which is 1. */
export const readBack = (typed: string): number | undefined => {
  const number = /^\d{1,2}$/.test(typed) ? Number(typed) : 0;
  return number >= 1 && number <= MAX_BACK ? number : undefined;
};
