import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { processStartedAt } from "./processIdentity.ts";

/**
 * Takes a lock file for this process; one left by a process that no longer runs does not count.
 *
 * @returns function that gives it back; it is given back at exit in any case
 * @throws Error naming the process that holds it
 */
export function lockFolder(path: string, what: string): () => void {
  const mine = JSON.stringify({ pid: process.pid, startedAt: processStartedAt(process.pid) });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    // three rounds: a dead holder's file is moved away, and somebody else may be doing the same
    for (let round = 0; round < 3; round++) {
      if (tryLink(draft, path)) return releaser(path, mine);
      const theirs = readOrEmpty(path);
      const holder = holderOf(theirs);
      if (holder)
        throw new Error(`${what} is in use by process ${holder}; stop that one first, or use another folder`);
      removeStale(path, theirs);
    }
    throw new Error(`${what} is being started by another process`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Pid of the running process that holds a lock file; undefined when none does. */
export function lockHolder(path: string): number | undefined {
  return holderOf(readOrEmpty(path));
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

function holderOf(text: string): number | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as { pid: number; startedAt: string };
    return processStartedAt(pid) === startedAt ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Removes by renaming first: if what was renamed is a rival's fresh lock, the rival gets it back. */
function removeStale(path: string, expected: string): void {
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readOrEmpty(aside) !== expected) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function releaser(path: string, mine: string): () => void {
  const release = () => {
    process.off("exit", release);
    if (readOrEmpty(path) === mine) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return release;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
