import { expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { freshName, TerminalSocket } from "../support/TerminalSocket.ts";

const one = oneServer({ args: ["--no-dev"] });

test("a server without development mode takes no guests unless it is told to", async () => {
  const client = await TerminalSocket.join(one.server.webSocketUrl, freshName());
  expect(client.frames[0]).toMatchObject({ type: "error", code: "token_needed" });
  expect((await client.end()).code).toBe(4003);
});
