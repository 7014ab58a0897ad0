import { expect, test } from "vitest";
import { clientAddress } from "./clientAddress.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["0000:0000:0000:0000:0000:ffff:c000:0201", "c000:0201"],
  ["2001:0db8:0001:0002:0003:0004:0005:0006", "2001:db8:1:2"],
  ["2001:DB8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::9", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["", ""],
])("%s is counted as %s", (peer, key) => {
  expect(clientAddress({ peer })).toBe(key);
});
