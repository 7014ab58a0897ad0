import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process was started, in whatever form the system tells it: together with the pid it names a process for
 * ever, whereas a pid alone is given out again. Undefined when no such process runs; a zombie does not run.
 */
export function processStartedAt(pid: number): string | undefined {
  return process.platform === "linux" ? startedAtFromProc(pid) : startedAtFromPs(pid);
}

/** Whether a process with this pid runs; a zombie, which a container's first process may never reap, does not. */
export function isRunning(pid: number): boolean {
  return processStartedAt(pid) !== undefined;
}

function startedAtFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name in parentheses may itself hold spaces and parentheses; fields 3 (state) and 22 (start) follow it
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startedAtFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return line === "" || line.startsWith("Z") ? undefined : line.slice(line.indexOf(" ")).trim();
  } catch {
    return undefined;
  }
}
