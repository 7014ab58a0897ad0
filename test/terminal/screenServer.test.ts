import { expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { Tmux } from "../support/terminal/Tmux.ts";
import { freshName, TerminalSocket } from "../support/TerminalSocket.ts";

const tmux = await Tmux.start();
const one = oneServer({ env: { TERMINAL_RATE_LIMIT: "off" } });

test("two screens talk in rooms of a server, through its death and restart, and leave their terminals as they were", async () => {
  const [ann, bob] = [freshName("ann"), freshName("bob")];
  const room = freshName("room").toLowerCase();
  const open = (name: string) =>
    tmux.chat(["--url", one.server.webSocketUrl, "--name", name, "--tui"], { columns: 100 });
  const anns = await open(ann);
  await anns.until(`${ann} · connected`);
  expect(await anns.screen()).toContain("#lobby");
  const bobs = await open(bob);
  await bobs.until(`${bob} · connected`);
  await anns.until(`● ${bob}`);

  await anns.enter("hello from the lobby");
  await bobs.until(`<${ann}> hello from the lobby`);
  await anns.enter(`/create ${room}`);
  await anns.until(new RegExp(`^ #${room}`));
  await bobs.enter(`/join ${room}`);
  await bobs.until(new RegExp(`^ #${room}`));
  await bobs.enter("only here");
  const inRoom = await anns.until(`<${bob}> only here`);
  expect(inRoom).not.toContain("hello from the lobby");

  // The other room is marked, and its message is seen there alone.
  await bobs.press("M-1");
  await bobs.until(/^ #lobby/);
  await bobs.enter(`${ann}: over here`);
  await anns.until(/lobby +@1 │/);
  expect(await anns.screen()).not.toContain("over here");
  await anns.press("C-p");
  await anns.until(`<${bob}> ${ann}: over here`);

  await one.server.kill();
  await anns.until(/connection lost, retrying (in \d+s|now)/);
  await anns.enter("said while nobody listened");
  await anns.until("not sent yet");
  await one.server.start();
  for (const [window, name] of [
    [anns, ann],
    [bobs, bob],
  ] as const) {
    const screen = await window.until(
      (now) =>
        now.includes("said while nobody listened") &&
        now.includes(`${name} · connected`) &&
        !now.includes("not sent yet"),
    );
    expect(screen.match(/> said while nobody listened/g), screen).toHaveLength(1);
    expect(screen).toContain("reconnected");
    expect(screen).toMatch(/^ #lobby/);
  }

  expect(await anns.residentBytes()).toBeLessThan(80_000_000);
  await anns.press("C-c");
  expect(await anns.ended()).toBe(0);
  expect(await anns.isRestored()).toBe(true);
  await bobs.signal("SIGTERM");
  expect(await bobs.ended()).toBe(143);
  expect(await bobs.isRestored()).toBe(true);
});

test("a screen shows what is said in private and who is called what, and comes back from Ctrl-Z", async () => {
  const [ann, bob, bert] = [freshName("ann"), freshName("bob"), freshName("bert")];
  const room = freshName("room").toLowerCase();
  const open = ["--url", one.server.webSocketUrl, "--name", ann, "--tui"];
  const window = await tmux.chatUnderShell(open, { columns: 100 });
  await window.until(`${ann} · connected`);
  const socket = await TerminalSocket.join(one.server.webSocketUrl, bob);
  await window.until(`● ${bob}`);
  await socket.type(`/msg ${ann} between us`);
  await window.until(`@${bob} <${bob}> between us`);
  await window.enter(`/msg ${bob} so be it`);
  await window.until(`@${bob} <${ann}> so be it`);
  await socket.type("/me waves");
  await window.until(`* ${bob} waves`);
  await socket.type(`/nick ${bert}`);
  await window.until((screen) => screen.includes(`● ${bert}`) && !screen.includes(`● ${bob}`));

  await window.enter(`/create ${room}`);
  await window.until(new RegExp(`^ #${room}[^]*-- you are in #${room} now`));
  await window.press("M-1");
  await window.until(/^ #lobby/);
  expect(await window.screen()).not.toContain(`you are in #${room}`);

  await window.type("half typed");
  await window.until("> half typed");
  await window.press("C-z");
  await socket.type("said after it was stopped");
  await window.until("said after it was stopped");
  await window.type(", whole");
  await window.press("Enter");
  await window.until(`<${ann}> half typed, whole`);
  await window.press("C-c");
  expect(await window.ended()).toBe(0);
  expect(await window.screen()).toContain("Stopped");
  expect(await window.isRestored()).toBe(true);
  socket.close();
});
