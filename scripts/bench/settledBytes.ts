import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { median } from "./quantile.ts";

const SAMPLES = 5;
const SETTLE_MS = 1_000;
const KIB = 1024;

const residentBytes = (pid: number): number =>
  Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * KIB;

/** Median of what a process that collects its garbage on SIGUSR2 holds then; bytes. */
export const settledBytes = async (pid: number): Promise<number> => {
  const samples = [];
  for (let i = 0; i < SAMPLES; i++) {
    process.kill(pid, "SIGUSR2");
    await delay(SETTLE_MS);
    samples.push(residentBytes(pid));
  }
  return median(samples);
};
