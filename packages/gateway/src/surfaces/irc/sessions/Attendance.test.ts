import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Attendance } from "./Attendance.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const start = () => {
  const told: Array<string> = [];
  const attendance = new Attendance((userId, present) => told.push(`${userId} ${present ? "came" : "went"}`));
  return { told, attendance };
};

test("several ways of being here count as one", () => {
  const { told, attendance } = start();
  for (let n = 0; n < 2; n++) attendance.come("ann");
  attendance.go("ann", false);
  expect(told).toEqual(["ann came"]);
  attendance.go("ann", false);
  expect(told).toEqual(["ann came", "ann went"]);
});

test("between two polls one is still here, and a while after the last one no more", () => {
  const { told, attendance } = start();
  for (let n = 0; n < 3; n++) {
    attendance.come("ann");
    attendance.go("ann", true);
    vi.advanceTimersByTime(4_000);
  }
  expect(told).toEqual(["ann came"]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(["ann came", "ann went"]);
  attendance.come("ann");
  expect(told).toHaveLength(3);
});
