import { createInterface } from "node:readline";

/** Asks one question on the terminal. Undefined when the answer is the end of the input, or Ctrl-C. */
export const ask = (question: string, cursor: boolean): Promise<string | undefined> => {
  // A screen that was here before has the program end without waiting for keys.
  process.stdin.ref();
  const readline = createInterface({ input: process.stdin, output: process.stdout, terminal: cursor });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  // Stopped by Ctrl-Z and here again, it waits to be told to read on.
  readline.on("SIGCONT", () => readline.resume());
  readline.once("close", () => resolve(undefined));
  readline.question(question, (answer) => {
    resolve(answer.trim());
    readline.close();
  });
  return promise;
};
