import { safeText } from "../safeText.ts";

/** Characters of a name, as the server counts them. */
const MAX_NAME = 64;

/** Why a name cannot be one at any server; undefined where a server is to decide. */
export const nameProblem = (name: string): string | undefined => {
  if (name === "") return "a name is wanted";
  if (name.length > MAX_NAME) return `a name has at most ${MAX_NAME} characters`;
  if (/\s/.test(name)) return "a name is one word";
  if (safeText(name) !== name) return "a name holds nothing that cannot be seen";
  return undefined;
};
