// A thread of Argon2Hasher's: it hashes one password after another, when nobody else wants the processor.
import { hashSync, verifySync } from "@node-rs/argon2";
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { Argon2Answer, Argon2Job } from "./Argon2Hasher.ts";
import { ARGON2 } from "./argon2Parameters.ts";

/**
 * Low enough that whatever handles messages goes first, and a tenth of a processor is still theirs where all are busy: at
 * the very lowest (19) it is a seventieth, and signing in took longer than people wait. On Linux it is of this thread alone.
 */
const NICENESS = 19;

setPriority(NICENESS);

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
  rest(REST * (performance.now() - began));
});
