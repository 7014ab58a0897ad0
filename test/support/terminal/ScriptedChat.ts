import type { TerminalFrame, TerminalInput } from "@clickclack/protocol/terminal/TerminalFrames";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { until } from "../until.ts";

/** One client of a {@link ScriptedChat}, as that sees it. */
export interface ScriptedClient {
  username: string;
  readonly hello: Extract<TerminalInput, { type: "hello" }>;
  /** What was typed there, oldest first. */
  readonly typed: Array<string>;
  readonly socket: WebSocket;
  send: (frame: TerminalFrame) => void;
}

type Answer = TerminalFrame | ReadonlyArray<TerminalFrame> | "silence";

/** A chat at `/terminal` that says what a test tells it to: what a good server never does, or seldom. */
export class ScriptedChat {
  readonly clients: Array<ScriptedClient> = [];
  /** Answers to lines, instead of a message to everybody and an acknowledgement. */
  readonly answers = new Map<string, (id: string) => Answer>();
  /** Names that somebody else has. */
  readonly taken = new Set<string>();
  #server: WebSocketServer;
  readonly #sockets = new Set<Socket>();
  #seq = 0;
  readonly port: number;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.#take(server);
  }

  static async start(): Promise<ScriptedChat> {
    return new ScriptedChat(await listen(0));
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** The client that said hello last under this name. */
  client(username: string): Promise<ScriptedClient> {
    return until(() => this.clients.findLast((one) => one.username === username), {
      what: `${username} to say hello`,
      deadlineMs: 20_000,
    });
  }

  /** Something that somebody says in the lobby. */
  say(username: string, text: string, room = "lobby"): void {
    const frame = this.message(username, text, room);
    for (const { send } of this.clients) send(frame);
  }

  message(username: string, text: string, room = "lobby"): Extract<TerminalFrame, { type: "message" }> {
    const id = `msg_${++this.#seq}`;
    return { type: "message", id, ts: new Date().toISOString(), username, room, text };
  }

  /** Every connection is gone at once, and nobody listens any more. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async startAgain(): Promise<void> {
    this.#server = await listen(this.port);
    this.#take(this.#server);
  }

  #take(server: WebSocketServer): void {
    server.on("connection", (socket, request) => {
      this.#sockets.add(request.socket);
      request.socket.once("close", () => this.#sockets.delete(request.socket));
      let client: ScriptedClient | undefined;
      socket.on("message", (data) => {
        const frame = JSON.parse(String(data)) as TerminalInput;
        if (frame.type === "hello") client = this.#onHello(socket, frame);
        else if (frame.type === "input" && client) this.#onInput(client, frame.text, frame.id!);
      });
    });
  }

  #onHello(socket: WebSocket, hello: ScriptedClient["hello"]): ScriptedClient | undefined {
    const send = (frame: TerminalFrame) => socket.send(JSON.stringify(frame));
    const { username = "" } = hello;
    if (this.taken.has(username)) {
      send({ type: "error", code: "username_taken", message: `the name ${username} is taken` });
      socket.close(4003, "refused; see the error before");
      return undefined;
    }
    const client: ScriptedClient = { username, hello, typed: [], socket, send };
    this.clients.push(client);
    send({ type: "welcome", username, rooms: ["lobby"], room: "lobby", resume: `resume-${username}` });
    return client;
  }

  // Clients ask by themselves.
  #tellPeople(client: ScriptedClient, id: string): void {
    const users = this.clients.map(({ username }) => username);
    client.send({ type: "users", room: "lobby", users });
    client.send({ type: "ack", id });
  }

  #onInput(client: ScriptedClient, text: string, id: string): void {
    if (text === "/users") return this.#tellPeople(client, id);
    client.typed.push(text);
    const answer = this.answers.get(text)?.(id);
    if (answer === "silence") return;
    if (answer !== undefined) {
      for (const frame of [answer].flat() as ReadonlyArray<TerminalFrame>) client.send(frame);
      return;
    }
    this.say(client.username, text.replace(/^\/\//, "/"));
    client.send({ type: "ack", id });
  }
}

const listen = (port: number): Promise<WebSocketServer> =>
  new Promise((done) => {
    const server = new WebSocketServer({ port, host: "127.0.0.1", path: "/terminal" });
    server.once("listening", () => done(server));
  });
