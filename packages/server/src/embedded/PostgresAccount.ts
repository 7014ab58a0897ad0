import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";

/** The system user that Postgres runs as. Postgres refuses to run as root. */
export interface PostgresAccount {
  /** undefined: ours, nothing to change */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  /** command line that runs `command` as that user */
  wrap(command: string, args: string[]): [command: string, args: string[]];
}

/**
 * Chooses the user: our own, or if we are root the owner of the existing data, else `postgres`, else `nobody`.
 *
 * @param folder - data folder of Postgres, existing or to be made
 * @throws Error when the data belongs to a user that we cannot become
 */
export function choosePostgresUser(folder: string): PostgresAccount["ids"] {
  const owner = existsSync(folder) ? statSync(folder) : undefined;
  const us = process.getuid?.();
  if (us !== 0) {
    if (owner && us !== undefined && owner.uid !== us) {
      throw new Error(
        `${folder} belongs to user ${owner.uid}: start as that user or as root, or use another folder`,
      );
    }
    return undefined;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return lookUp("postgres") ?? lookUp("nobody") ?? { uid: 65_534, gid: 65_534 };
}

/**
 * How to run a program as that user. The programs and the data may lie in folders that it cannot enter (`/root`, a
 * temporary folder of ours), whose permissions are not ours to change: then it gets the one capability to pass through
 * folders and read, and only where that is not to be had the stronger one.
 *
 * @param command - program that it must be able to run
 * @param folder - existing folder that it must be able to write
 * @throws Error saying what it cannot reach
 */
export function postgresAccount(
  ids: PostgresAccount["ids"],
  command: string,
  folder: string,
): PostgresAccount {
  if (!ids) return { ids, wrap: (program, args) => [program, args] };
  for (const grant of [undefined, "dac_read_search", "dac_override"]) {
    const options = setprivOptions(ids, grant);
    const wrap: PostgresAccount["wrap"] = (program, args) => [
      "setpriv",
      [...options, "--", program, ...args],
    ];
    const [program, args] = wrap("/bin/sh", [
      "-c",
      'test -w "$1" && test -x "$1" && exec "$0" -V',
      command,
      folder,
    ]);
    if (spawnSync(program, args, { cwd: "/", stdio: "ignore", timeout: 10_000 }).status === 0)
      return { ids, wrap };
  }
  throw new Error(
    `Postgres does not run as root, and user ${ids.uid} cannot reach ${command} and ${folder}. ` +
      "Start as an ordinary user, or put the program and the data where that user can read, or set DATABASE_URL.",
  );
}

function setprivOptions({ uid, gid }: { uid: number; gid: number }, grant: string | undefined): string[] {
  const drop = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--no-new-privs"];
  if (!grant) return drop;
  // initdb asks access(2) for its programs, which sets capabilities aside unless this bit is on
  return [...drop, "--securebits=+no_setuid_fixup", `--inh-caps=+${grant}`, `--ambient-caps=+${grant}`];
}

function lookUp(name: string): PostgresAccount["ids"] {
  try {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}
