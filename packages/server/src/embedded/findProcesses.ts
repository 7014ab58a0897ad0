import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** What tells our server processes from all others. */
export interface ProcessSought {
  /** file name of the program, such as `nats-server` */
  readonly program: string;
  /** an argument that only ours has: the path of its configuration or data */
  readonly argument: string;
  /** where its own children work, found by working folder where the system shows it (Linux) */
  readonly folder?: string;
}

/** Pids of the running processes that match; those with the argument come first, then their children. */
export function findProcesses(sought: ProcessSought): number[] {
  return process.platform === "linux" ? findInProc(sought) : findInPs(sought);
}

function findInProc({ program, argument, folder }: ProcessSought): number[] {
  const parents: number[] = [];
  const children: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const argv = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      if (basename(argv[0]!) === program && argv.includes(argument)) parents.push(Number(name));
      // a Postgres child writes a title such as "postgres: checkpointer" over its arguments
      else if (folder && argv[0]!.startsWith(`${program}:`) && readlinkSync(`/proc/${name}/cwd`) === folder) {
        children.push(Number(name));
      }
    } catch {
      // it ended meanwhile, or belongs to somebody else
    }
  }
  return [...parents, ...children];
}

function findInPs({ program, argument }: ProcessSought): number[] {
  const lines = execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" }).split("\n");
  return lines
    .map((line) => /^\s*(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .filter(([, , command]) => command!.includes(`${program} `) && command!.includes(argument))
    .map(([, pid]) => Number(pid));
}
