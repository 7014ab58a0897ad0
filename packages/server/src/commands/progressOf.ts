import { Progress } from "../transfer/Progress.ts";
import { print } from "./print.ts";

/** Progress on stderr: a line for people, or a JSON document in a line for scripts. */
export const progressOf = (json: boolean): Progress =>
  new Progress(({ phase, done, total }) =>
    print.hint(json ? JSON.stringify({ progress: phase, done, total }) : `${phase}: ${done} of ${total}`),
  );
