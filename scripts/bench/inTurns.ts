import type { BenchOptions } from "./BenchOptions.ts";
import { median, quantile } from "./quantile.ts";
import { QuietGate } from "./QuietGate.ts";

/** How long each read of a round took, in ms. */
export type Times = ReadonlyArray<number>;

/** Rounds of several kinds of reads in turns; gives the times of each kind by round. */
export const inTurns = async <Name extends string>(
  { rounds, say }: BenchOptions,
  kinds: Readonly<Record<Name, () => Promise<Times>>>,
): Promise<Readonly<Record<Name, ReadonlyArray<Times>>>> => {
  const gate = new QuietGate();
  const names = Object.keys(kinds) as unknown as ReadonlyArray<Name>;
  const found = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Array<Times>>;
  for (let round = 0; round < rounds; round++) {
    const others = await gate.pass();
    for (const name of names) found[name].push(await kinds[name]());
    const p50s = names.map((name) => `${name} ${median(found[name].at(-1)!).toFixed(2)} ms`);
    say(`round ${round + 1} (others before: ${Math.round(others * 100)} %): ${p50s.join(", ")}`);
  }
  return found;
};

/** The median over rounds of a quantile of each. */
export const overRounds = (rounds: ReadonlyArray<Times>, share: number): number =>
  median(rounds.map((times) => quantile(times, share)));
