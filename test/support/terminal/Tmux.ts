import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { until } from "../until.ts";

const run = promisify(execFile);

export interface TmuxOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A terminal with a shell in it, by tmux: keys go in, and what is on the screen is read. */
export class Tmux {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Starts `command` in a shell of its own; the shell is there again when it has ended. */
  static async start(command: ReadonlyArray<string>, options: TmuxOptions = {}): Promise<Tmux> {
    const { columns = 80, rows = 24, env = {} } = options;
    const tmux = new Tmux(`test-${randomUUID().slice(0, 8)}`);
    const size = ["-x", String(columns), "-y", String(rows)];
    const set = Object.entries({ PS1: "$ ", TERM: "screen-256color", ...env }).flatMap(([name, value]) => [
      "-e",
      `${name}=${value}`,
    ]);
    // Without colours of the machine that runs the test; a shell that reads no one's files.
    await tmux.#tmux("-f", "/dev/null", "new-session", "-d", ...size, ...set, "sh");
    await tmux.#tmux("set-option", "-g", "history-limit", "1000");
    await tmux.type(`${command.map(quote).join(" ")}; echo "[exit $?]"`);
    await tmux.press("Enter");
    return tmux;
  }

  async #tmux(...args: ReadonlyArray<string>): Promise<string> {
    const { stdout } = await run("tmux", ["-L", this.#socket, ...args], { timeout: 10_000 });
    return stdout;
  }

  /** What is on the screen, row by row. */
  async screen(): Promise<string> {
    return (await this.#tmux("capture-pane", "-p")).trimEnd();
  }

  /** What is on the screen with its styles, as escape sequences. */
  styled(): Promise<string> {
    return this.#tmux("capture-pane", "-p", "-e");
  }

  /** Facts that tmux knows, such as `#{alternate_on}`, `#{cursor_flag}`, `#{pane_title}`. */
  async fact(format: string): Promise<string> {
    return (await this.#tmux("display-message", "-p", format)).trimEnd();
  }

  /** What programs put on the clipboard. */
  async buffers(): Promise<string> {
    return (await this.#tmux("list-buffers")).trim();
  }

  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", "--", text);
  }

  /** Presses keys by tmux's names: `Enter`, `C-c`, `M-a`, `PPage`. */
  async press(...keys: ReadonlyArray<string>): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Pastes a text as a terminal does: marked, if the program asked for that. */
  async paste(text: string): Promise<void> {
    await this.#tmux("set-buffer", "--", text);
    await this.#tmux("paste-buffer", "-p", "-r");
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** The screen once it is as wanted; fails with what it is instead. */
  async until(wanted: string | RegExp | ((screen: string) => boolean), deadlineMs = 15_000): Promise<string> {
    const fits =
      typeof wanted === "function"
        ? wanted
        : (screen: string) => (typeof wanted === "string" ? screen.includes(wanted) : wanted.test(screen));
    let last = "";
    const look = async () => {
      last = await this.screen();
      return fits(last) ? last : undefined;
    };
    try {
      return await until(look, { what: String(wanted), deadlineMs, everyMs: 60 });
    } catch (error) {
      throw new Error(`waited in vain for ${String(wanted)}; the screen was:\n${last}`, { cause: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => undefined);
  }
}
