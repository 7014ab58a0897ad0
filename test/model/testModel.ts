import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { Operator } from "../support/Operator.ts";
import { type Person, Run, type Stage } from "./Run.ts";
import { crowds, sequences, type Step } from "./Step.ts";

const number = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

/** How many runs there are, and how many steps each has at most. */
const RUNS = number("MODEL_RUNS", 6);
const STEPS = number("MODEL_STEPS", 120);
/** Crowds of steps in a run, at most: each is of several steps. */
const CROWDS = Math.ceil(STEPS / 6);
/** Shrinking ends in time for the test to report what it has found. */
const MOST_MS = number("MODEL_SECONDS", 90) * 1_000;

const NAMES = ["ann", "mo", "ben", "cat", "gus", "sue"];

/** Tests random sequences of actions against the model, on so many gateways. */
export const testModel = (gateways: number): void => {
  let cluster: Cluster;
  let stage: Stage;
  beforeAll(async () => {
    cluster = await Cluster.create();
    const first = await cluster.add();
    for (let i = 1; i < gateways; i++) await cluster.add({ role: "gateway" });
    const people: Array<Person> = [];
    for (const name of NAMES) people.push(await clientOf(first).signUp(name));
    stage = { nodes: cluster.nodes, operator: await Operator.connect(first), people };
  });
  afterAll(async () => {
    await stage?.operator.close();
    await cluster?.stop();
  });

  const check = async (steps: fc.Arbitrary<ReadonlyArray<ReadonlyArray<Step>>>): Promise<void> => {
    let runs = 0;
    const property = fc.asyncProperty(steps, async (batches) => {
      runs++;
      await Run.of(stage, batches);
    });
    const { MODEL_SEED: seed, MODEL_PATH: path } = process.env;
    await fc.assert(property, {
      numRuns: RUNS,
      interruptAfterTimeLimit: MOST_MS,
      ...(seed !== undefined && { seed: Number(seed) }),
      ...(path !== undefined && { path }),
    });
    if (path === undefined) expect(runs, "runs within MODEL_SECONDS").toBeGreaterThanOrEqual(RUNS);
  };

  const timeout = MOST_MS + 30_000;
  test("one action after the other", () => check(sequences(STEPS)), timeout);
  test("several actions at the same time, in the order of the log", () => check(crowds(CROWDS)), timeout);
};
