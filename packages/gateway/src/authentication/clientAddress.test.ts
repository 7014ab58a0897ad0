import { expect, test } from "vitest";
import { plainAddress } from "../http/plainAddress.ts";
import { clientAddress } from "./clientAddress.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["0000:0000:0000:0000:0000:ffff:c000:0201", "192.0.2.1"],
  ["2001:0db8:0001:0002:0003:0004:0005:0006", "2001:0db8:0001:0002::/64"],
  ["2001:DB8:1:2::9", "2001:0db8:0001:0002::/64"],
  ["2001:db8::9", "2001:0db8:0000:0000::/64"],
  ["::1", "0000:0000:0000:0000::/64"],
  ["", ""],
])("%s is counted as %s", (text, key) => {
  expect(clientAddress({ address: plainAddress(text) })).toBe(key);
});
