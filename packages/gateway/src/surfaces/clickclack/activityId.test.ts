import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import { expect, test } from "vitest";
import { activityTime, decodeActivity, encodeActivity } from "./activityId.ts";

const AT = "2026-01-02T03:04:05.678Z";
const NOW = "2026-01-03T00:00:00.000Z";
const message = newId("msg");
const encoded = (text: string) => `act_${Buffer.from(text).toString("base64url")}`;

test("an activity's id tells its place, whatever the emoji", () => {
  for (const key of [message, `${message} ${newId("usr")} 👍`, `${message} ${newId("usr")} a  b `])
    expect(decodeActivity(encodeActivity({ at: AT, key }))).toEqual({ at: AT, key });
});

test("what is no activity's id is refused", () => {
  const texts = ["", AT, `${AT} usr_1`, `yesterday ${message}`, `${AT} ${message} \0`, `${AT}  ${message}`];
  const long = `${AT} ${message} ${"x".repeat(600)}`;
  for (const id of [
    "",
    message,
    ...[...texts, long].map(encoded),
    encodeActivity({ at: AT, key: message }).slice(4),
  ])
    expect(() => decodeActivity(id), id).toThrow(ApiFailure);
});

test("one reads up to an activity or a time, and not into the future", () => {
  expect(activityTime(encodeActivity({ at: AT, key: message }), NOW)).toBe(AT);
  expect(activityTime("2026-01-02T03:04:05Z", NOW)).toBe("2026-01-02T03:04:05.000Z");
  expect(activityTime("2026-01-02T03:04:05.6789+01:00", NOW)).toBe("2026-01-02T02:04:05.678Z");
  expect(activityTime("2999-01-01T00:00:00Z", NOW)).toBe(NOW);
  for (const none of ["", "2026-01-02", "2026-99-02T03:04:05Z", "1969-01-01T00:00:00Z", "now", "5"])
    expect(() => activityTime(none, NOW), none).toThrow(ApiFailure);
});
