import { Argument } from "effect/cli";
import * as Option from "effect/Option";
import { text } from "node:stream/consumers";
import { UsageError } from "../exitCode.ts";

/** What to say, as an argument or piped in. */
export const textArgument = Argument.String("text").pipe(
  Argument.withDescription("The message, in Markdown; read from stdin when it is left out or -"),
  Argument.optional,
);

const given = async (argument: Option.Option<string>): Promise<string> => {
  const typed = Option.getOrUndefined(argument);
  if (typed !== undefined && typed !== "-") return typed;
  if (process.stdin.isTTY && typed === undefined)
    throw new UsageError("there is no message; give it as an argument, or pipe it in");
  return text(process.stdin);
};

/** The text that was typed or piped in. Throws UsageError when there is none. */
export const bodyOf = async (argument: Option.Option<string>): Promise<string> => {
  const body = await given(argument);
  if (body.trim() === "") throw new UsageError("the message is empty");
  return body;
};
