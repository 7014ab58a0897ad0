import { userInfo } from "node:os";
import { ask } from "../line/ask.ts";
import { nameProblem } from "./nameProblem.ts";
import { UsageError } from "./UsageError.ts";
import type { Mode } from "./modeOf.ts";

/** Nobody wants to say a name: the input ended. */
export const NO_NAME = Symbol("no name");

/** The system's own name for who runs this, where it can be one in a chat. */
const systemName = (): string | undefined => {
  const named = process.env["USER"] ?? process.env["LOGNAME"];
  try {
    const name = named ?? userInfo().username;
    return nameProblem(name) === undefined ? name : undefined;
  } catch {
    return undefined;
  }
};

/** Asks for a name until one is given that can be one. */
export const askName = async (
  mode: Mode,
  suggested: string | undefined,
): Promise<string | typeof NO_NAME> => {
  const question = suggested === undefined ? "Name: " : `Name [${suggested}]: `;
  for (;;) {
    const answer = await ask(question, mode.cursor);
    if (answer === undefined) return NO_NAME;
    const name = answer === "" ? (suggested ?? "") : answer;
    const problem = nameProblem(name);
    if (problem === undefined) return name;
    process.stderr.write(`clickclack chat: ${problem}\n`);
  }
};

/** The name that was typed, or else the login's; else who sits there is asked, and the system's name is suggested. Throws UsageError. */
export const chooseName = async (
  typed: string | undefined,
  login: string | undefined,
  mode: Mode,
): Promise<string | typeof NO_NAME> => {
  const given = typed ?? login;
  if (given !== undefined) {
    const problem = nameProblem(given);
    if (problem === undefined) return given;
    if (!mode.person) throw new UsageError(`--name: ${problem}`);
    process.stderr.write(`clickclack chat: ${problem}\n`);
    return askName(mode, undefined);
  }
  if (mode.person) return askName(mode, systemName());
  const name = systemName();
  if (name === undefined) throw new UsageError("no name is known; give --name NAME");
  return name;
};
