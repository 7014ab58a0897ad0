import { expect, test } from "vitest";
import { Shown } from "./Shown.ts";

const message = (id: string, ts: string, placeId = "chn_1") => ({
  id,
  ts,
  placeId,
  authorId: "usr_1",
  replies: 0,
});

test("messages of a room come newest first, in whichever order they were told", () => {
  const shown = new Shown();
  shown.add(message("msg_b", "2"));
  shown.add(message("msg_a", "1"));
  shown.add(message("msg_c", "2"));
  shown.add(message("msg_x", "3", "chn_2"));
  expect(shown.in("chn_1").map(({ id }) => id)).toEqual(["msg_c", "msg_b", "msg_a"]);
});

test("a message is found by its id or enough of its end", () => {
  const shown = new Shown();
  shown.add(message("msg_01abcd", "1"));
  expect(shown.find("MSG_01ABCD")?.id).toBe("msg_01abcd");
  expect(shown.find("abcd")?.id).toBe("msg_01abcd");
  expect(shown.find("bcd")).toBeUndefined();
});

test("old ones are forgotten", () => {
  const shown = new Shown();
  for (let n = 0; n <= 2_000; n++) shown.add(message(`msg_${n}`, String(n)));
  expect([shown.has("msg_0"), shown.has("msg_1"), shown.has("msg_2000")]).toEqual([false, true, true]);
});
