import { ClickClack } from "@clickclack/sdk/ClickClack";
import { expect, test } from "vitest";
import { refusalOf } from "./Refusal.ts";
import { ChatEnded, Remote } from "./Remote.ts";

const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

/** A remote whose requests get these answers; an error is thrown as fetch does. */
const answering = (...answers: ReadonlyArray<Response | Error>) => {
  const left = [...answers];
  const signedOut: Array<string> = [];
  const fetch = async () => {
    const next = left.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error("asked too often");
    return next;
  };
  const sdk = new ClickClack({ url: "http://127.0.0.1:1", fetch });
  const remote = new Remote(sdk, ({ message }) => signedOut.push(message));
  return { left, signedOut, remote, me: (patient = false) => remote.keep((api) => api.getMe(), patient) };
};

const lost = () => new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") });

test("a lost answer and a server that cannot answer are asked again", async () => {
  const { me, left } = answering(
    lost(),
    answer(503, { code: "unavailable", error: "later" }),
    answer(200, {}),
  );
  expect([await me(), left]).toEqual([{}, []]);
});

test("a connection that is back ends the wait", async () => {
  const { remote, me } = answering(lost(), lost(), lost(), lost(), lost(), answer(200, {}));
  const asked = me();
  for (let n = 0; n < 5; n++) {
    await new Promise(setImmediate);
    remote.online = true;
  }
  expect(await asked).toEqual({});
});

test("a refusal is thrown; too much at once is told with the seconds to wait, or waited out", async () => {
  const limited = () => answer(429, { code: "slow_mode", error: "slow down" }, { "Retry-After": "0" });
  const { me } = answering(limited(), limited(), answer(200, {}));
  const error: unknown = await me().catch((thrown: unknown) => thrown);
  expect(refusalOf(error)).toEqual({ code: "slow_mode", text: "slow down; not sent, try again in 0 s" });
  expect(await me(true)).toEqual({});
});

test("what was typed too soon waits if the wait is short", async () => {
  const limited = (seconds: string) =>
    answer(429, { code: "slow_mode", error: "no" }, { "Retry-After": seconds });
  const { remote } = answering(limited("0"), answer(200, {}), limited("61"));
  const waits: Array<number> = [];
  const typed = () =>
    remote.keepTyped(
      (api) => api.getMe(),
      (seconds) => waits.push(seconds),
    );
  expect([await typed(), waits]).toEqual([{}, [0]]);
  await expect(typed()).rejects.toMatchObject({ retryAfter: 61 });
  expect(waits).toEqual([0]);
});

test("one who is signed out is told of, and a defect is not asked again", async () => {
  const { me, signedOut } = answering(
    answer(401, { code: "unauthenticated", error: "no" }),
    new TypeError("bug"),
  );
  await expect(me()).rejects.toMatchObject({ status: 401 });
  expect(signedOut).toEqual(["no"]);
  await expect(me()).rejects.toThrow("bug");
});

test("the end of the chat ends whatever waits", async () => {
  const { remote, me } = answering(lost());
  const all = [me(), remote.whenOnline()];
  remote.end();
  for (const one of all) await expect(one).rejects.toBeInstanceOf(ChatEnded);
});
