import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { requireTool } from "../debianTools.ts";
import { until } from "../until.ts";

const run = promisify(execFile);
const BIN = resolve(import.meta.dirname, "../../../packages/server/bin/clickclack");
/** A first start bundles the program, with other tests beside it. */
const WITHIN_MS = 30_000;
/** What a program ended with, as the window shows it. */
const ENDED = "ended with";

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Variables that whoever runs the tests must not choose. */
const UNSET = ["NO_COLOR", "FORCE_COLOR", "CLICKCLACK_URL", "CLICKCLACK_TOKEN", "CLICKCLACK_DATA"];
const ENVIRONMENT: Readonly<Record<string, string>> = {
  XDG_CONFIG_HOME: join("/tmp", `clickclack-nowhere-${process.pid}`),
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
};

export interface WindowOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A terminal window of tmux that a program runs in, and that a test looks at as a person does. */
export class Window {
  readonly #tmux: Tmux;
  readonly #id: string;

  constructor(tmux: Tmux, id: string) {
    this.#tmux = tmux;
    this.#id = id;
  }

  /** What is on the screen, without blank lines at its end; with `styles`, the escapes that make it so too. */
  async screen({ styles = false } = {}): Promise<string> {
    const text = await this.#tmux.command("capture-pane", "-p", ...(styles ? ["-e"] : []), "-t", this.#id);
    return text.trimEnd();
  }

  /** Waits until the screen is as `check` wants it, or holds the text, and returns it. */
  async until(check: string | RegExp | ((screen: string) => boolean)): Promise<string> {
    let last = "";
    const holds = (screen: string): boolean => {
      if (typeof check === "string") return screen.includes(check);
      return typeof check === "function" ? check(screen) : check.test(screen);
    };
    try {
      return await until(async () => holds((last = await this.screen())) && last, {
        what: `the screen to show ${String(check)}`,
        deadlineMs: WITHIN_MS,
        everyMs: 30,
      });
    } catch (error) {
      throw new Error(`${(error as Error).message.split(";", 1)[0]}; it showed\n${last}`, { cause: error });
    }
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await this.#tmux.command("send-keys", "-t", this.#id, "-l", text);
  }

  /** Presses keys by tmux's names: `Enter`, `C-c`, `Up`. */
  async press(...keys: ReadonlyArray<string>): Promise<void> {
    await this.#tmux.command("send-keys", "-t", this.#id, ...keys);
  }

  /** Types a line and enters it. */
  async enter(text: string): Promise<void> {
    await this.type(text);
    await this.press("Enter");
  }

  /** Pastes as a terminal does that marks what is pasted, if the program asked for that. */
  async paste(text: string): Promise<void> {
    const buffer = `b${randomBytes(4).toString("hex")}`;
    await this.#tmux.command("set-buffer", "-b", buffer, text);
    await this.#tmux.command("paste-buffer", "-p", "-d", "-r", "-b", buffer, "-t", this.#id);
  }

  async resize(columns: number, rows = 24): Promise<void> {
    await this.#tmux.command("resize-window", "-t", this.#id, "-x", String(columns), "-y", String(rows));
  }

  /** Signals the program that runs in it. */
  async signal(name: NodeJS.Signals): Promise<void> {
    process.kill(await this.pid(), name);
  }

  /** Of the program. */
  async pid(): Promise<number> {
    const shell = (await this.#tmux.command("display", "-p", "-t", this.#id, "#{pane_pid}")).trim();
    const { stdout } = await run("pgrep", ["-P", shell, "-n"]);
    return Number(stdout);
  }

  /** Memory that the program holds. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${await this.pid()}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  }

  /** Whether the terminal is as a shell wants it: echo on, cursor visible, no other screen. */
  async isRestored(): Promise<boolean> {
    const flags = await this.#tmux.command("display", "-p", "-t", this.#id, "#{cursor_flag} #{alternate_on}");
    const tty = (await this.#tmux.command("display", "-p", "-t", this.#id, "#{pane_tty}")).trim();
    const { stdout } = await run("stty", ["-F", tty, "-a"]);
    return flags.trim() === "1 0" && / echo /.test(stdout) && / icanon/.test(stdout);
  }

  /** What tmux knows of it, such as `#{pane_title}`. */
  async fact(format: string): Promise<string> {
    return (await this.#tmux.command("display", "-p", "-t", this.#id, format)).trim();
  }

  /** Waits for the program's end; returns its exit code. */
  async ended(): Promise<number> {
    const screen = await this.until(new RegExp(`${ENDED} \\d+`));
    return Number(new RegExp(`${ENDED} (\\d+)`).exec(screen)![1]);
  }
}

/** A tmux server of its own. */
export class Tmux {
  readonly #program: string;
  readonly #socket = `clickclack-test-${process.pid}-${randomBytes(4).toString("hex")}`;
  #windows = 0;

  private constructor(program: string) {
    this.#program = program;
  }

  /** One for the tests of a file, ended after them. */
  static async start(): Promise<Tmux> {
    const tmux = new Tmux(await requireTool("tmux"));
    afterAll(() => tmux.stop());
    return tmux;
  }

  /** Runs `clickclack chat …` in a new window; a shell stays there when it has ended. */
  chat(args: ReadonlyArray<string>, options: WindowOptions = {}): Promise<Window> {
    return this.run([BIN, "chat", ...args], options);
  }

  /** Runs it under a shell where Ctrl-Z stops it, and that lets it go on at once. */
  chatUnderShell(args: ReadonlyArray<string>, options: WindowOptions = {}): Promise<Window> {
    return this.run(["bash", "--norc", "-c", 'set -m; "$0" "$@"; fg', BIN, "chat", ...args], options);
  }

  /** Runs any program so. */
  async run(command: ReadonlyArray<string>, options: WindowOptions = {}): Promise<Window> {
    const { columns = 80, rows = 24, env = {} } = options;
    const variables = Object.entries({ ...ENVIRONMENT, ...env }).map(([name, value]) => `${name}=${value}`);
    const unset = UNSET.flatMap((variable) => ["-u", variable]);
    const words = ["env", ...unset, ...variables, ...command].map(quoted).join(" ");
    const name = `w${this.#windows++}`;
    const size = ["-x", String(columns), "-y", String(rows)];
    const session = ["-f", "/dev/null", "new-session", "-d", "-s", name];
    await this.command(...session, ...size, `${words}; echo "${ENDED} $?"; exec cat`);
    return new Window(this, name);
  }

  async command(...args: ReadonlyArray<string>): Promise<string> {
    const { stdout } = await run(this.#program, ["-u", "-L", this.#socket, ...args]);
    return stdout;
  }

  async stop(): Promise<void> {
    await this.command("kill-server").catch(() => undefined);
  }
}
