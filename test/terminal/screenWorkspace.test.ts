import { expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { Tmux } from "../support/terminal/Tmux.ts";

const tmux = await Tmux.start();
const one = oneServer();

/** A workspace of two, and the screen of one of them. */
const world = async () => {
  const [ada, bob] = [await one.client.signUp("Ada"), await one.client.signUp("Bob")];
  const workspace = await ada.client.createWorkspace("Harbour");
  await one.operator.addMember(workspace.id, bob.user.id);
  const channel = await ada.client.createChannel(workspace.id);
  const window = await tmux.chat(["--url", one.url, "--workspace", workspace.slug, "--tui"], {
    columns: 110,
    rows: 30,
    env: { CLICKCLACK_TOKEN: ada.token },
  });
  await window.until(`${ada.user.handle} · connected`);
  return { ada, bob, workspace, channel, window };
};

test("a signed-in person talks, answers, reacts, changes and searches on the screen", async () => {
  const { ada, bob, workspace, channel, window } = await world();
  const [me, him] = [ada.user.handle, bob.user.handle];
  await window.enter("the **tide** is high");
  await window.until(`<${me}> the **tide** is high`);
  await bob.client.post(channel.id, `@${me} how high?`);
  // A line that names the reader is marked.
  await window.until(new RegExp(`>\\d\\d:\\d\\d:\\d\\d <${him}> @${me} how high`));
  await window.enter("/react 🌊");
  await window.until(/how high\?.*\n?.*🌊/);
  await window.enter("/edit 1 the tide is very high");
  await window.until(`<${me}> the tide is very high`);

  await window.enter("/thread 1");
  await window.until("no replies yet");
  await window.enter("three metres");
  expect(await window.until("── 1 reply ──")).toContain("three metres");
  await window.press("Escape");
  await window.until((screen) => !screen.includes("── 1 reply ──"));

  await window.enter(`/dm ${him} between us`);
  await window.until(new RegExp(`^ @${him}`));
  await window.until(`<${me}> between us`);
  expect(await window.screen()).not.toContain("how high?");
  await window.press("C-p");
  await window.until(new RegExp(`^ #${channel.name}`));
  const body = { workspace_id: workspace.id, member_ids: [ada.user.id] };
  const { conversation } = await bob.client.ok("POST", "/api/dms", { body });
  await bob.client.ok("POST", `/api/dms/${conversation.id}/messages`, { body: { body: "only you" } });
  await window.until(new RegExp(`@${him} +@?1 │`));
  await window.enter("/search metres");
  await window.until(/three metres[^]*three metres/);

  const { messages } = await bob.client.list(channel.id);
  expect(messages.map((message) => message.body)).toEqual(["the tide is very high", `@${me} how high?`]);
  await window.press("C-c");
  expect(await window.ended()).toBe(0);
  expect(await window.isRestored()).toBe(true);
});

test("a signed-in screen stays through the server's death, and under 80 MB with ten thousand lines", async () => {
  const { ada, bob, channel, window } = await world();
  await window.enter("before");
  await window.until(`<${ada.user.handle}> before`);
  await one.server.kill();
  await window.until(/connection lost, retrying (in \d+s|now)/);
  await window.enter("typed while nobody listened");
  await window.until("not sent yet");
  await one.server.start();
  await window.until((screen) => screen.includes("reconnected") && !screen.includes("not sent yet"));
  const screen = await window.until("· connected");
  expect(screen.match(/> typed while nobody listened/g), screen).toHaveLength(1);
  expect(screen).toMatch(new RegExp(`^ #${channel.name}`));

  const lines = (n: number) => Array.from({ length: 10 }, (_, line) => `line ${n}.${line} of what bob says`);
  const texts = Array.from({ length: 1_000 }, (_, n) => lines(n).join("\n"));
  // As many at a time as make a busy room.
  while (texts.length > 0)
    await Promise.all(texts.splice(0, 10).map((text) => bob.client.post(channel.id, text)));
  await window.until("line 999.9 of what");
  expect(await window.residentBytes()).toBeLessThan(80_000_000);
  await window.signal("SIGTERM");
  expect(await window.ended()).toBe(143);
  expect(await window.isRestored()).toBe(true);
});
