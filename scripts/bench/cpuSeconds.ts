import { readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Processor time that a process has used, in user and kernel mode; NaN where the system has no /proc. */
export const cpuSeconds = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
};
