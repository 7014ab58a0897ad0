import {
  type LoginFile,
  loginFilePath,
  readLoginFile,
  type StoredLogin,
} from "@clickclack/terminal/place/LoginFile";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { writeFileAtomically } from "../embedded/writeFileAtomically.ts";

/** Servers that logins are kept of; beyond them the ones go that were signed in to the longest ago. */
const MAX_LOGINS = 100;

/** The tokens that `clickclack login` got, by server, in a file that its owner alone can read. Methods throw LoginsUnreadable. */
export class StoredLogins {
  readonly #path: string;

  constructor(path = loginFilePath()) {
    this.#path = path;
  }

  async find(url: string): Promise<StoredLogin | undefined> {
    const { servers } = this.#read();
    return Object.hasOwn(servers, url) ? servers[url] : undefined;
  }

  /** Address of the server that was signed in to last. */
  async current(): Promise<string | undefined> {
    return this.#read().current;
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
    return Object.entries(this.#read().servers).filter(([other]) => other !== url);
  }

  #read(): LoginFile {
    return readLoginFile(this.#path);
  }

  async #write(servers: LoginFile["servers"]): Promise<void> {
    const current = Object.keys(servers).at(-1);
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file: LoginFile = { ...(current !== undefined && { current }), servers };
    await writeFileAtomically(this.#path, `${JSON.stringify(file, null, 2)}\n`);
  }
}
