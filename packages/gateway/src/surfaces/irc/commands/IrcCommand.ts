import type { MessageMeta } from "@clickclack/workspace/message/messageMeta";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { type Reply, reply } from "../model/numerics.ts";
import { IrcRefusal, refuse } from "../refusals.ts";

/** A command in the form that both transports bring it to: a text among the parameters may have several lines. */
export interface IrcCommand {
  readonly command: string;
  readonly params: ReadonlyArray<string>;
  /** What is said of a message besides its text. */
  readonly meta?: MessageMeta;
}

/** What became of a command, besides what the log tells everybody. */
export interface CommandResult {
  readonly replies: ReadonlyArray<Reply>;
  /** The first thing that was refused, where there were several to do. */
  readonly refused?: IrcRefusal;
  /** Of something that was said: its id and time. */
  readonly said?: { readonly id: string; readonly ts: string };
}

export type CommandHandler = (
  parts: IrcParts,
  actor: IrcActor,
  command: IrcCommand,
) => Promise<CommandResult>;

export const replies = (...list: ReadonlyArray<Reply>): CommandResult => ({ replies: list });

export const refusalReply = ({ numeric, params, message }: IrcRefusal): Reply =>
  reply(numeric, params, message);

/** A parameter that a command cannot do without. */
export const required = ({ command, params }: IrcCommand, at: number): string => {
  const value = params[at];
  if (value === undefined || value === "") throw refuse.missing(command);
  return value;
};

/** Targets of one command; more is for people who send to everybody. */
const MAX_TARGETS = 20;

/** Does something to each of several targets; what is refused for one does not keep the others from it. */
export const forEachTarget = async (
  list: string,
  run: (target: string, at: number) => Promise<CommandResult | void>,
): Promise<CommandResult> => {
  const targets = list.split(",").filter((target) => target !== "");
  const all: Array<Reply> = [];
  let refused: IrcRefusal | undefined;
  let said: CommandResult["said"];
  for (const [at, target] of targets.slice(0, MAX_TARGETS).entries()) {
    try {
      const result = await run(target, at);
      all.push(...(result?.replies ?? []));
      said = result?.said ?? said;
    } catch (error) {
      if (!(error instanceof IrcRefusal)) throw error;
      all.push(refusalReply(error));
      refused ??= error;
    }
  }
  return { replies: all, ...(refused && { refused }), ...(said && { said }) };
};
