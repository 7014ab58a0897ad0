import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Cleanup } from "./Cleanup.ts";

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** A program of this folder in a process of its own, which answers one request after another. */
export class Program {
  readonly #child: ChildProcess;
  #next = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts `<name>.ts`; it ends with the bench. */
  static start(
    name: string,
    cleanup: Cleanup,
    {
      args = [],
      flags = [],
    }: { readonly args?: ReadonlyArray<string>; readonly flags?: ReadonlyArray<string> } = {},
  ): Program {
    const child = fork(join(import.meta.dirname, `${name}.ts`), args, {
      execArgv: ["--disable-warning=ExperimentalWarning", ...flags],
      serialization: "advanced",
    });
    const program = new Program(child);
    cleanup.add(() => program.stop());
    return program;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Asks for a method of the program's; rejects with its error, or when it ended. */
  ask<Answer>(method: string, ...args: ReadonlyArray<unknown>): Promise<Answer> {
    const id = ++this.#next;
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#child.off("message", onMessage);
        this.#child.off("exit", onExit);
      };
      const onMessage = (reply: Reply) => {
        if (reply.id !== id) return;
        done();
        if (reply.error === undefined) resolve(reply.value as Answer);
        else reject(new Error(`${method}: ${reply.error}`));
      };
      const onExit = () => {
        done();
        reject(new Error(`${method}: the program ended`));
      };
      this.#child.on("message", onMessage).on("exit", onExit);
      this.#child.send({ id, method, args });
    });
  }

  /** Ends it; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    // The program leaves when its channel closes, with its profile written.
    this.#child.disconnect();
    const cut = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(cut);
  }
}
