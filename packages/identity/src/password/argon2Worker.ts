// A thread of Argon2Hasher's: it hashes one password after another, when nobody else wants the processor.
import { hashSync, verifySync } from "@node-rs/argon2";
import { spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { basename } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { Argon2Answer, Argon2Job, Argon2Runs } from "./Argon2Hasher.ts";
import { ARGON2 } from "./argon2Parameters.ts";

/** The lowest there is: whatever handles messages goes first. On Linux it is of this thread alone. */
const NICENESS = 19;

/**
 * Linux knows lower still: a thread that is given what nobody else wants, and gives it back at once. Only a program can
 * ask for that, which each Debian has; where there is none, niceness has to do.
 */
const runWhenIdle = (): void => {
  setPriority(NICENESS);
  if (process.platform !== "linux") return;
  const thread = basename(readlinkSync("/proc/thread-self"));
  spawnSync("chrt", ["--idle", "--pid", "0", thread], { stdio: "ignore" });
};

/** Less than those who handle messages get, and enough to be done in seconds on a machine that is never idle. */
const NICENESS_OF_SPARE = 10;

const runs = workerData as Argon2Runs;
if (runs === "idle") runWhenIdle();
else setPriority(NICENESS_OF_SPARE);

/**
 * A thread rests this many times as long as it worked: a storm of sign-ins takes a quarter of a processor, so that of the
 * messages meanwhile few wait, and whoever signs in alone waits for nothing.
 */
const REST = 3;

const rest = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

const carryOut = ({ hash, password }: Argon2Job): Argon2Answer => {
  try {
    return { value: hash === undefined ? hashSync(password, ARGON2) : verifySync(hash, password) };
  } catch {
    // The library's own words may quote what it was given.
    return { failed: true };
  }
};

parentPort!.on("message", (job: Argon2Job) => {
  const began = performance.now();
  parentPort!.postMessage(carryOut(job));
  if (runs === "idle") rest(REST * (performance.now() - began));
});
