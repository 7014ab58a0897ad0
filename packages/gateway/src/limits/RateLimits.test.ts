import { describe, expect, it } from "vitest";
import { parseLimits } from "./Quota.ts";
import { RateLimits, requireTurn } from "./RateLimits.ts";

const make = (text: string, development = false) => {
  let now = 5_000.123;
  const limits = new RateLimits({
    limits: parseLimits([text]),
    development: () => (development ? {} : undefined),
    now: () => now,
  });
  return { limits, pass: (ms: number) => void (now += ms) };
};

describe("a quota", () => {
  it.each([
    [7, 60],
    [3, 1],
    [100, 7],
    [12_000, 60],
    [333_333, 60],
  ])(
    "of %i requests in %i s lets just so many by at once, and one more after its share",
    (requests, seconds) => {
      const { limits, pass } = make(`read=${requests}/${seconds}`);
      let refusals = 0;
      for (let i = 0; i < requests; i++) if (limits.take("read", "ann")?.retryAfter) refusals++;
      expect(refusals).toBe(0);
      const refused = limits.take("read", "ann");
      expect(refused?.retryAfter).toBe(Math.ceil(seconds / requests));
      pass((seconds * 1_000) / requests + 0.001);
      expect(limits.take("read", "ann")?.retryAfter).toBeUndefined();
      expect(limits.take("read", "ann")?.retryAfter).toBeGreaterThan(0);
    },
  );

  it("is whole again after its window", () => {
    const { limits, pass } = make("write=5/60");
    for (let i = 0; i < 9; i++) limits.take("write", "ann");
    pass(60_000);
    const rest = Array.from({ length: 6 }, () => limits.take("write", "ann")?.retryAfter === undefined);
    expect(rest).toEqual([true, true, true, true, true, false]);
  });

  it("is told with each answer: how much is left, and in how many seconds all of it", () => {
    const { limits } = make("write=3/60");
    const told = () => limits.take("write", "ann")?.headers;
    const policy = { "RateLimit-Policy": '"write";q=3;w=60' };
    expect(told()).toEqual({ ...policy, RateLimit: '"write";r=2;t=20' });
    expect(told()).toEqual({ ...policy, RateLimit: '"write";r=1;t=40' });
    expect(told()).toEqual({ ...policy, RateLimit: '"write";r=0;t=60' });
    expect(told()).toEqual({ ...policy, RateLimit: '"write";r=0;t=20' });
  });

  it("is each credential's own, of each class", () => {
    const { limits } = make("read=1/60,write=1/60");
    for (const [limitClass, who] of [
      ["read", "ann"],
      ["read", "bob"],
      ["write", "ann"],
    ] as const)
      expect(limits.take(limitClass, who)?.retryAfter).toBeUndefined();
    expect(limits.take("read", "ann")?.retryAfter).toBe(60);
  });

  it("is ten times as large for all that comes from one address", () => {
    const { limits } = make("read=2/60");
    for (let i = 0; i < 20; i++) expect(limits.takeShared("read", "10.0.0.1")?.retryAfter).toBeUndefined();
    const refused = limits.takeShared("read", "10.0.0.1");
    expect(refused?.headers).toEqual({
      "RateLimit-Policy": '"read-address";q=20;w=60',
      RateLimit: '"read-address";r=0;t=3',
    });
    expect(refused?.retryAfter).toBe(3);
    expect(limits.takeShared("read", "10.0.0.2")?.retryAfter).toBeUndefined();
  });

  it("that is off counts nothing and tells nothing", () => {
    const { limits } = make("search=off");
    expect(limits.take("search", "ann")).toBeUndefined();
    expect(limits.takeShared("search", "10.0.0.1")).toBeUndefined();
  });

  it("is generous by itself, more so in development mode, and as configured in both", () => {
    const policy = (development: boolean, limitClass: "auth" | "read") =>
      make("read=7/60", development).limits.take(limitClass, "ann")?.headers["RateLimit-Policy"];
    expect(policy(false, "auth")).toBe('"auth";q=300;w=60');
    expect(policy(true, "auth")).toBe('"auth";q=6000000;w=60');
    expect([policy(false, "read"), policy(true, "read")]).toEqual(Array(2).fill('"read";q=7;w=60'));
  });

  it("lets a development user do what a load test asks for, all from one address", () => {
    const { limits, pass } = make("", true);
    let refusals = 0;
    for (let i = 0; i < 200_000; i++) {
      if (limits.takeShared("write", "127.0.0.1")?.retryAfter) refusals++;
      if (limits.take("write", "captain")?.retryAfter) refusals++;
      pass(0.05);
    }
    expect(refusals).toBe(0);
  });

  it("that is used up is told by an error that says when to ask again", () => {
    const { limits } = make("auth=1/30");
    requireTurn(limits.take("auth", "10.0.0.1"));
    expect(() => requireTurn(limits.take("auth", "10.0.0.1"))).toThrow(
      expect.objectContaining({
        code: "too_many_requests",
        status: 429,
        message: "there were too many requests of this kind; try again in 30 seconds",
        headers: { "Retry-After": "30" },
      }),
    );
  });
});

describe("limits as they are typed", () => {
  it("are read with spaces and empty parts; the last one of a class counts", () => {
    expect(parseLimits(["read=1/2, write=off,", "", "read=3/4"])).toEqual({
      read: { requests: 3, seconds: 4 },
      write: "off",
    });
  });

  it.each([
    "read",
    "read=",
    "read=10",
    "read=10/",
    "read=0/60",
    "read=10/0",
    "read=-1/60",
    "read=1.5/60",
    "read=on",
    "reads=10/60",
    "READ=10/60",
    "read=10/86401",
    "read=100001/1",
    "toString=1/1",
  ])("%s is refused with a sentence", (text) => {
    expect(() => parseLimits([text])).toThrow(/^\S+ is no limit/);
  });
});
