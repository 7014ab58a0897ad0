import { afterAll, describe, expect, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { JetStreamThrottle } from "./JetStreamThrottle.ts";
import { connectFor } from "./testing/natsFixture.ts";
import { MemoryThrottle, type Throttle } from "./Throttle.ts";

const HOUR = 3_600_000;

const onJetStream = async (): Promise<ReadonlyArray<Throttle>> => {
  const { url } = await freshNats();
  const open = async () => JetStreamThrottle.open(await connectFor(url, afterAll), 1);
  return Promise.all([open(), open()]);
};
const inMemory = async (): Promise<ReadonlyArray<Throttle>> => {
  const throttle = new MemoryThrottle();
  return [throttle, throttle];
};

describe.each([
  ["JetStreamThrottle", onJetStream],
  ["MemoryThrottle", inMemory],
] as const)("%s", (_, open) => {
  const opened = open();
  opened.catch(() => undefined);

  test("of forty who come at once at two nodes as many are granted as the allowance says", async () => {
    const nodes = await opened;
    const allowance = { burst: 5, everyMs: HOUR };
    const turns = await Promise.all(
      Array.from({ length: 40 }, (_, i) => nodes[i % 2]!.take("ann", allowance)),
    );
    expect(turns.filter(({ _tag }) => _tag === "Granted")).toHaveLength(5);
    for (const turn of turns) {
      if (turn._tag === "Refused") expect(turn.retryAfterMs).toBeGreaterThan(HOUR - 60_000);
    }
  });

  test("a turn that was given back can be taken again, and other keys are counted apart", async () => {
    const [throttle] = await opened;
    const allowance = { burst: 1, everyMs: HOUR };
    expect((await throttle!.take("bob", allowance))._tag).toBe("Granted");
    expect((await throttle!.take("bob", allowance))._tag).toBe("Refused");
    expect((await throttle!.take("cy", allowance))._tag).toBe("Granted");
    await throttle!.giveBack("bob", allowance);
    expect((await throttle!.take("bob", allowance))._tag).toBe("Granted");
  });

  test("a turn that another node gave back is not missed", async () => {
    const [here, there] = await opened;
    const allowance = { burst: 1, everyMs: HOUR };
    expect((await here!.take("dan", allowance))._tag).toBe("Granted");
    await there!.giveBack("dan", allowance);
    expect((await here!.take("dan", allowance))._tag).toBe("Granted");
    expect((await there!.take("dan", allowance))._tag).toBe("Refused");
  });

  test("of those who come and go at once at two nodes nobody is let in too much", async () => {
    const nodes = await opened;
    const allowance = { burst: 5, everyMs: HOUR };
    let inside = 0;
    let most = 0;
    const visit = async (i: number) => {
      if ((await nodes[i % 2]!.take("door", allowance))._tag === "Refused") return;
      most = Math.max(most, ++inside);
      await Promise.resolve();
      inside--;
      await nodes[i % 2]!.giveBack("door", allowance);
    };
    for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 20 }, (_, i) => visit(i)));
    expect(most).toBeLessThanOrEqual(5);
    expect(most).toBeGreaterThan(0);
    const turns = await Promise.all(Array.from({ length: 9 }, () => nodes[0]!.take("door", allowance)));
    expect(turns.filter(({ _tag }) => _tag === "Granted")).toHaveLength(5);
  });
});

test("what was used up comes back at the rate of the allowance", async () => {
  let now = 1_000_000;
  const throttle = new MemoryThrottle(() => now);
  const allowance = { burst: 2, everyMs: 1_000 };
  for (let i = 0; i < 2; i++) expect((await throttle.take("a", allowance))._tag).toBe("Granted");
  expect(await throttle.take("a", allowance)).toEqual({ _tag: "Refused", retryAfterMs: 1_000 });
  now += 400;
  expect(await throttle.take("a", allowance)).toEqual({ _tag: "Refused", retryAfterMs: 600 });
  now += 600;
  expect((await throttle.take("a", allowance))._tag).toBe("Granted");
  expect((await throttle.take("a", allowance))._tag).toBe("Refused");
});
