import { newId } from "@clickclack/protocol/Ids";
import { CLOSE_CODES } from "@clickclack/protocol/realtime/CloseCodes";
import {
  MAX_TERMINAL_NAME,
  TERMINAL_CLOSE_CODES,
  type TerminalErrorCode,
  type TerminalExtra,
  type TerminalFrame,
} from "@clickclack/protocol/terminal/TerminalFrames";
import type { Caller } from "../../authentication/Caller.ts";
import { sendEphemeral, ephemeralFrame } from "../../Ephemerals.ts";
import { settledWithin } from "../../settledWithin.ts";
import { greet } from "./greet.ts";
import { plainText } from "./plainText.ts";
import { readFrame } from "./readFrame.ts";
import { refusalOf, TerminalRefusal } from "./TerminalRefusal.ts";
import { runInput } from "./runInput.ts";
import type { TerminalParts } from "./TerminalParts.ts";
import type { TerminalSession, TerminalWire } from "./TerminalSession.ts";

/** Inputs of one connection that are not done yet: as many as people paste at once. */
const MAX_WAITING = 1_000;
/** What was sent before a client went is done within this time; it sends again what it was not told of. */
const DONE_AFTER_CLOSE_MS = 10_000;
/** A connection says within this time who it is. */
export const HELLO_WITHIN_MS = 10_000;
/** Close codes of clients that went by their own wish, and are less likely to be back. */
const WISHED: ReadonlySet<number> = new Set([1000, 1001, 1005]);
/** Typing is told of this often at the most. */
const TYPING_EVERY_MS = 1_000;

export interface ConnectionOptions {
  readonly parts: TerminalParts;
  readonly wire: TerminalWire;
  readonly text: boolean;
  /** Whoever the upgrade's token opens. */
  readonly caller: Caller | undefined;
  /** Of the address; it stands for `hello`. */
  readonly username: string | undefined;
  readonly address: string;
  readonly count: () => number;
}

/** One connection to `/terminal`: what it sends is done one after the other, in order. */
export class TerminalConnection {
  readonly id = newId("req");
  readonly #options: ConnectionOptions;
  #session: TerminalSession | undefined;
  #greeted = false;
  #closed = false;
  /** Until when what came is done; it ends with the connection where the server closed it. */
  #doneUntil = Number.POSITIVE_INFINITY;
  #waiting = 0;
  #chain: Promise<void> = Promise.resolve();
  #typedAt = 0;
  /** Milliseconds since 1970, as all times here. */
  activeAt = Date.now();
  warned = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { username, text } = options;
    if (username !== undefined) this.#hello({ username });
    else if (text) this.#say({ type: "notice", text: "what is your name?" });
  }

  get session(): TerminalSession | undefined {
    return this.#session;
  }

  get greeted(): boolean {
    return this.#greeted;
  }

  get caller(): Caller | undefined {
    return this.#session?.caller ?? this.#options.caller;
  }

  /** Something came from the client. */
  receive(message: ArrayBuffer, binary: boolean): void {
    if (this.#closed) return;
    this.activeAt = Date.now();
    this.warned = false;
    const { text } = this.#options;
    const read = readFrame(message, { binary, text, greeted: this.#greeted });
    for (const frame of read) {
      if ("problem" in frame) this.#error("bad_frame", frame.problem, frame.id);
      else if (frame.type === "typing") this.#typing();
      else if (frame.type === "input") this.#input(frame.text, frame.id);
      else if (this.#greeted) this.#error("bad_frame", "you have said hello already");
      else this.#hello(frame);
    }
  }

  /** Call when the connection is closed. Resolves once what the client sent before is done, and it is gone. */
  closed(code: number): Promise<void> {
    this.#closed = true;
    this.#doneUntil = Math.min(this.#doneUntil, Date.now() + DONE_AFTER_CLOSE_MS);
    if (this.#session) this.#session.closed = true;
    if (this.#waiting === 0) this.#gone(code);
    else
      this.#then(
        async () => this.#gone(code),
        () => undefined,
      );
    return this.#chain;
  }

  /** Does nothing any more of what waits to be done: the client sends it again. */
  stop(): void {
    this.#doneUntil = 0;
  }

  #gone(code: number): void {
    const session = this.#session;
    if (!session) return;
    const { parts } = this.#options;
    parts.hub.remove(session);
    void goAway(parts, session, WISHED.has(code)).catch(() => undefined);
    this.#log(session, "terminal disconnected", { code });
  }

  /** Sends whoever is here away, with the reason. */
  end(
    code: TerminalErrorCode,
    message: string,
    close: { readonly code: number; readonly reason: string },
  ): void {
    this.#error(code, message);
    this.#close(close);
  }

  close(close: { readonly code: number; readonly reason: string }): void {
    this.#close(close);
  }

  /** Closes once what came was done and answered, and after `withinMs` at the latest. */
  async finish(close: { readonly code: number; readonly reason: string }, withinMs: number): Promise<void> {
    await settledWithin(withinMs, this.#settled());
    this.#close(close);
  }

  /** Resolves once nothing waits to be done. */
  async #settled(): Promise<void> {
    for (let known: Promise<void> | undefined; known !== this.#chain; await known) known = this.#chain;
  }

  notice(text: string): void {
    this.#say({ type: "notice", text });
  }

  #hello(hello: {
    readonly username?: string;
    readonly resume?: string;
    readonly last?: string;
    readonly token?: string;
    readonly wants?: ReadonlyArray<TerminalExtra>;
  }): void {
    this.#greeted = true;
    const { parts, wire, text } = this.#options;
    this.#then(async () => {
      const caller =
        hello.token === undefined ? this.#options.caller : await parts.authenticator.byToken(hello.token);
      const username = hello.username ?? this.#options.username;
      if (username !== undefined && username.length > MAX_TERMINAL_NAME)
        throw new TerminalRefusal("bad_username", "a username is 2 to 32 letters, digits, - or _");
      const session = await greet(parts, {
        sessionId: this.id,
        username: username?.trim(),
        caller,
        resume: hello.resume,
        last: hello.last,
        wants: new Set(hello.wants),
        text,
        wire: { ...wire, close: (code, reason) => this.#close({ code, reason }) },
        isGone: () => this.#closed && (this.#waiting === 0 || this.#isOver()),
      });
      this.#session = session;
      if (!session) return;
      session.closed = this.#closed;
      this.#log(session, "terminal connected", {});
    }, this.#refuseHello);
  }

  readonly #refuseHello = (error: unknown): void => {
    const refusal = this.#explain(error);
    this.#error(refusal.code, refusal.message);
    this.#close(refusal.code === "unavailable" ? CLOSE_CODES.replayFailed : TERMINAL_CLOSE_CODES.refused);
  };

  #input(text: string, id: string | undefined): void {
    if (!this.#greeted) return this.#error("hello_expected", "say hello first, with a username", id);
    if (this.#waiting >= MAX_WAITING)
      return this.#error("rate_limited", "too much waits to be done; send less at once", id, 1);
    this.#waiting++;
    this.#then(
      () => this.#run(text, id).finally(() => this.#waiting--),
      (error) => {
        const { code, message, retryAfter } = this.#explain(error);
        this.#error(code, message, id, retryAfter);
      },
    );
  }

  async #run(text: string, id: string | undefined): Promise<void> {
    const session = this.#session;
    if (!session || session.quits || this.#isOver()) return;
    await runInput(this.#options.parts, session, { text, id });
    if (session.quits) this.#close(TERMINAL_CLOSE_CODES.quit);
  }

  #typing(): void {
    const session = this.#session;
    const now = Date.now();
    if (!session || session.room === "" || now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    const { userId, room, replica } = session;
    const of = { workspaceId: replica.id, scopeId: room, userId };
    try {
      sendEphemeral(
        this.#options.parts.context.services.ephemeral,
        ephemeralFrame({ type: "typing.started", ...of }),
      );
    } catch {
      // Without NATS nobody is told; nothing is lost.
    }
  }

  #isOver(): boolean {
    return this.#doneUntil < Date.now();
  }

  #then(run: () => Promise<void>, refuse: (error: unknown) => void): void {
    this.#chain = this.#chain.then(run).catch(refuse);
  }

  #explain(error: unknown): TerminalRefusal {
    const known = refusalOf(error);
    if (known) return known;
    this.#options.parts.context.services.log.error({ err: error, session: this.id }, "terminal input failed");
    return new TerminalRefusal("unavailable", "something went wrong here; try again");
  }

  #error(code: TerminalErrorCode, message: string, id?: string, retryAfter?: number): void {
    this.#say({
      type: "error",
      code,
      message,
      ...(id !== undefined && { id }),
      ...(retryAfter !== undefined && { retry_after: retryAfter }),
    });
  }

  #say(frame: TerminalFrame): void {
    if (this.#closed) return;
    const text = this.#options.text ? plainText(frame) : JSON.stringify(frame);
    if (text !== undefined) this.#options.wire.send(text);
  }

  #close({ code, reason }: { readonly code: number; readonly reason: string }): void {
    if (this.#closed) return;
    this.stop();
    this.#options.wire.close(code, reason);
  }

  #log(session: TerminalSession, what: string, more: object): void {
    const { parts, address, count } = this.#options;
    const username = parts.names.nickOf(session.replica.state, session.userId);
    const details = { username, user_id: session.userId, address, session: this.id };
    parts.context.services.log.info({ ...details, ...more, connections: count() }, what);
  }
}

/** A guest who goes gives its name back at once; and its seats, where it does not come back. */
const goAway = async (parts: TerminalParts, session: TerminalSession, wished: boolean): Promise<void> => {
  if (session.guestName === undefined) return;
  await parts.guests.release(session.guestName, session.id);
  if (session.quits) await parts.guestSeats.leave(session);
  else parts.guestSeats.leaveLater(session, wished);
};
