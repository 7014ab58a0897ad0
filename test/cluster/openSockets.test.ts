import { afterAll, beforeAll, expect, it } from "vitest";
import { TwoGateways } from "../support/TwoGateways.ts";

let two: TwoGateways;

beforeAll(async () => {
  two = await TwoGateways.start("Ann");
});
afterAll(() => two?.stop());

it("sockets of many people stay open on every gateway once they were upgraded", async () => {
  const sockets = [];
  for (let i = 0; i < 10; i++) sockets.push(...(await two.devices(await two.join(`Person-${i}`))));
  for (const socket of sockets) await socket.barrier();
  expect(sockets.map(({ closed }) => closed)).toEqual(sockets.map(() => undefined));
});
