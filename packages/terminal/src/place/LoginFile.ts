import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** A token that `clickclack login` got, and whose it is. */
export interface StoredLogin {
  readonly token: string;
  /** Whether it was opened for this login, and ends with it. */
  readonly session: boolean;
  readonly user: { readonly id: string; readonly handle: string; readonly display_name: string };
}

/** The file that logins are kept in. */
export interface LoginFile {
  /** Address of the server that commands mean that name none. */
  readonly current?: string;
  /** By address, the ones that were signed in to last at the end. */
  readonly servers: Readonly<Record<string, StoredLogin>>;
}

/** The file of logins is there and cannot be made sense of. */
export class LoginsUnreadable extends Error {
  constructor(path: string) {
    super(`${path} cannot be read; remove it and sign in again with  clickclack login`);
    this.name = "LoginsUnreadable";
  }
}

/** Where logins are kept: below XDG_CONFIG_HOME or ~/.config. */
export const loginFilePath = (): string => {
  const configured = process.env["XDG_CONFIG_HOME"] ?? "";
  const folder = isAbsolute(configured) ? configured : join(homedir(), ".config");
  return join(folder, "clickclack", "credentials.json");
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isLogin = (value: unknown): value is StoredLogin =>
  isRecord(value) &&
  typeof value["token"] === "string" &&
  typeof value["session"] === "boolean" &&
  isRecord(value["user"]) &&
  ["id", "handle", "display_name"].every(
    (key) => typeof (value["user"] as Record<string, unknown>)[key] === "string",
  );

const isLoginFile = (value: unknown): value is LoginFile =>
  isRecord(value) &&
  ["undefined", "string"].includes(typeof value["current"]) &&
  isRecord(value["servers"]) &&
  Object.values(value["servers"]).every(isLogin);

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new LoginsUnreadable(path);
  }
};

/** The logins that are kept; none where there is no file. Throws LoginsUnreadable. */
export const readLoginFile = (path: string = loginFilePath()): LoginFile => {
  const text = readText(path);
  if (text === undefined) return { servers: {} };
  try {
    const file: unknown = JSON.parse(text);
    if (isLoginFile(file)) return file;
  } catch {
    // The parser's own words would repeat what is in the file.
  }
  throw new LoginsUnreadable(path);
};
