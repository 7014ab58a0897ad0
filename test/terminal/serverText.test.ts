import { describe, expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { freshName, TerminalSocket } from "../support/TerminalSocket.ts";
import { until } from "../support/until.ts";

const one = oneServer({ args: ["--log-messages"], env: { TERMINAL_RATE_LIMIT: "off" } });
const open = (query: string) => TerminalSocket.open(one.server.webSocketUrl, { query });
const join = () => TerminalSocket.join(one.server.webSocketUrl, freshName());

describe("plain text", () => {
  test("takes lines and prints lines", async () => {
    const [name, other] = [freshName(), await join()];
    const client = await open(`?format=text&username=${name}`);
    await client.line(new RegExp(`^-- welcome, ${name}; you are in #lobby`));
    client.send("hello from a pipe\n");
    await client.line(new RegExp(`^\\[\\d\\d:\\d\\d:\\d\\d\\] #lobby <${name}> hello from a pipe$`));
    await other.message("hello from a pipe");
    client.send("/users");
    await client.line(/^-- in #lobby: /);
    client.send("/help");
    await client.line(/^-- \/join <room>/);
    client.send("/nope");
    await client.line(/^!! there is no command \/nope/);
    client.send("/me waves");
    await client.line(new RegExp(`#lobby \\* ${name} waves$`));
    client.send("/quit");
    expect((await client.end()).code).toBe(1000);
    other.close();
  });

  test("asks for a name, and refuses one that is taken", async () => {
    const other = await join();
    const client = await open("?format=text");
    await client.line(/^-- what is your name/);
    client.send(other.welcome.username!);
    await client.line(/^!! the name .* is taken/);
    expect((await client.end()).code).toBe(4003);
    const second = await open("?format=text");
    second.send(`${freshName()}\nand a line\n`);
    await second.line(/> and a line$/);
    second.close();
    other.close();
  });

  test("says how many lines of one frame were too many", async () => {
    const client = await open(`?format=text&username=${freshName()}`);
    await client.line(/^-- welcome/);
    client.send(Array.from({ length: 103 }, (_, n) => `line ${n}`).join("\n"));
    await client.line(/^!! a frame holds 100 lines at the most; its last 3 were not taken/);
    await client.line(/> line 99$/);
    client.close();
  });

  test("shows no control characters of others, and no line that looks like another's", async () => {
    const client = await open(`?format=text&username=${freshName()}`);
    await client.line(/^-- welcome/);
    const { id } = (await one.client.ok("GET", "/api/workspaces")).workspaces[0]!;
    const { channels } = await one.client.ok("GET", `/api/workspaces/${id}/channels`);
    const lobby = channels.find(({ name }: { name: string }) => name === "lobby")!;
    await one.client.post(lobby.id, "a\u001b]0;title\u0007b\n[00:00:00] #lobby <root> forged\u202e");
    const forged = await client.line(/forged/);
    expect(forged).toMatch(/^\[\d\d:\d\d:\d\d\] #lobby <[^>]+> \[00:00:00\] #lobby <root> forged$/);
    // oxlint-disable-next-line no-control-regex
    expect(client.lines.join("\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    client.close();
  });
});

describe("with --log-messages", () => {
  test("the log holds what is said in rooms, and nothing that was said to one alone", async () => {
    const [ann, bob] = [await join(), await join()];
    await ann.type("for the log");
    await ann.type(`/msg ${bob.welcome.username} for bob alone`);
    await until(() => one.server.output.includes("for the log"), { what: "the log" });
    await until(() => one.server.output.includes('"private":true'), { what: "the log" });
    expect(one.server.output).not.toContain("for bob alone");
  });
});

describe("registered people", () => {
  test("come by a token, in the frame, the header or the subprotocol, from several places at once", async () => {
    const { user, token } = await one.client.signUp(freshName("reg"));
    const { id } = (await one.client.ok("GET", "/api/workspaces")).workspaces[0]!;
    const url = one.server.webSocketUrl;
    const stranger = await TerminalSocket.join(url, user.handle, { token });
    expect(stranger.frames[0]).toMatchObject({ code: "not_allowed" });
    await one.operator.addMember(id, user.id);
    const first = await TerminalSocket.join(url, user.handle, { token });
    const second = await TerminalSocket.join(
      url,
      user.handle,
      {},
      { headers: { authorization: `Bearer ${token}` } },
    );
    const third = await TerminalSocket.join(
      url,
      user.handle,
      {},
      { protocols: [`clickclack.bearer.${token}`] },
    );
    for (const one of [first, second, third]) expect(one.welcome.username).toBe(user.handle);
    await first.type("from one device");
    await third.message("from one device");
    const wrong = await TerminalSocket.join(url, freshName(), { token });
    expect(wrong.frames[0]).toMatchObject({ code: "bad_username" });
    const unknown = await TerminalSocket.join(url, freshName(), { token: "cct_nonsense" });
    expect(unknown.frames[0]).toMatchObject({ code: "token_needed" });
    await one.operator.removeMember(id, user.id);
    for (const one of [first, second, third]) expect((await one.end()).code).toBe(1008);
  });

  test("land in the lobby, whatever other rooms they are in", async () => {
    const { user, token } = await one.client.signUp(freshName("reg"));
    const { id } = (await one.client.ok("GET", "/api/workspaces")).workspaces[0]!;
    await one.operator.addMember(id, user.id);
    const come = () => TerminalSocket.join(one.server.webSocketUrl, user.handle, { token });
    const first = await come();
    const room = freshName("room");
    await first.type(`/create ${room}`);
    first.close();
    const again = await come();
    expect(again.welcome.room).toBe("lobby");
    expect(again.welcome.rooms).toContain(room);
    again.close();
  });

  test("are cut off when their session ends", async () => {
    const { user, client } = await one.client.signUp(freshName("reg"));
    const { id } = (await one.client.ok("GET", "/api/workspaces")).workspaces[0]!;
    await one.operator.addMember(id, user.id);
    const socket = await TerminalSocket.join(
      one.server.webSocketUrl,
      user.handle,
      {},
      { headers: client.headers },
    );
    expect(socket.welcome.username).toBe(user.handle);
    await client.ok("POST", "/api/auth/logout");
    expect((await socket.end()).code).toBe(1008);
  });
});

describe("the door", () => {
  test("is shut to pages of other origins", async () => {
    for (const headers of [
      { origin: "http://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ])
      await expect(TerminalSocket.open(one.server.webSocketUrl, { headers })).rejects.toMatchObject({
        status: 403,
      });
    const { url } = one;
    const own = await TerminalSocket.open(one.server.webSocketUrl, { headers: { origin: url } });
    own.close();
  });

  test("takes upgrades alone, and an address with a name given twice not at all", async () => {
    expect((await fetch(`${one.url}/terminal`)).status).toBe(400);
    expect((await fetch(`${one.url}/terminal`, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${one.url}/metrics`)).status).toBe(404);
    await expect(open("?username=aa&username=bb")).rejects.toMatchObject({ status: 400 });
  });
});
