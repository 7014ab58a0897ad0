import * as Schema from "effect/Schema";
import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { writeFileAtomically } from "../embedded/writeFileAtomically.ts";

/** Servers that logins are kept of; beyond them the ones go that were signed in to the longest ago. */
const MAX_LOGINS = 100;

const StoredLogin = Schema.Struct({
  token: Schema.String,
  /** Whether it was opened for this login, and ends with it. */
  session: Schema.Boolean,
  user: Schema.Struct({ id: Schema.String, handle: Schema.String, display_name: Schema.String }),
});
export type StoredLogin = typeof StoredLogin.Type;

const LoginFile = Schema.Struct({
  /** The one that commands mean that name no server. */
  current: Schema.optionalKey(Schema.String),
  /** By address, the ones that were signed in to last at the end. */
  servers: Schema.Record(Schema.String, StoredLogin),
});
type LoginFile = typeof LoginFile.Type;

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(LoginFile));

const EMPTY: LoginFile = { servers: {} };

const defaultPath = (): string => {
  const configured = process.env["XDG_CONFIG_HOME"] ?? "";
  const folder = isAbsolute(configured) ? configured : join(homedir(), ".config");
  return join(folder, "clickclack", "credentials.json");
};

/** The file of logins is there and cannot be made sense of. */
export class LoginsUnreadable extends Error {
  constructor(path: string) {
    super(`${path} cannot be read; remove it and sign in again with  clickclack login`);
    this.name = "LoginsUnreadable";
  }
}

/** The tokens that `clickclack login` got, by server, in a file that its owner alone can read. Methods throw LoginsUnreadable. */
export class StoredLogins {
  readonly #path: string;

  constructor(path = defaultPath()) {
    this.#path = path;
  }

  async find(url: string): Promise<StoredLogin | undefined> {
    const { servers } = await this.#read();
    return Object.hasOwn(servers, url) ? servers[url] : undefined;
  }

  /** Address of the server that was signed in to last. */
  async current(): Promise<string | undefined> {
    return (await this.#read()).current;
  }

  /** Keeps a login, in place of an earlier one of the same server, and makes its server the current one. */
  async remember(url: string, login: StoredLogin): Promise<void> {
    const others = await this.#others(url);
    await this.#write(Object.fromEntries([...others, [url, login] as const].slice(-MAX_LOGINS)));
  }

  /** Forgets a login; of the others the one becomes current that was made last. */
  async forget(url: string): Promise<void> {
    await this.#write(Object.fromEntries(await this.#others(url)));
  }

  async #others(url: string): Promise<ReadonlyArray<readonly [string, StoredLogin]>> {
    return Object.entries((await this.#read()).servers).filter(([other]) => other !== url);
  }

  async #read(): Promise<LoginFile> {
    const text = await readFile(this.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw new LoginsUnreadable(this.#path);
    });
    if (text === undefined) return EMPTY;
    try {
      return decode(text);
    } catch {
      // The decoder's own words would repeat what is in the file.
      throw new LoginsUnreadable(this.#path);
    }
  }

  async #write(servers: LoginFile["servers"]): Promise<void> {
    const current = Object.keys(servers).at(-1);
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file: LoginFile = { ...(current !== undefined && { current }), servers };
    await writeFileAtomically(this.#path, `${JSON.stringify(file, null, 2)}\n`);
  }
}
