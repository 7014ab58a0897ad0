import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { requireTurn } from "../http/sessionRoutes.ts";
import type { IrcParts } from "../IrcParts.ts";
import { isNick } from "../../../rooms/nick.ts";
import { type Reply, reply } from "../model/numerics.ts";
import { IrcRefusal, refuse } from "../refusals.ts";
import type { NewClient, Opened } from "../sessions/Sessions.ts";
import { capabilityList, requested } from "./capabilities.ts";
import type { IrcLine } from "./parseLine.ts";
import { Sasl } from "./Sasl.ts";

const TCP_CLIENT: NewClient = { kind: "tcp", shape: "irc" };

export interface RegistrationOptions {
  readonly parts: IrcParts;
  readonly address: string;
  readonly say: (reply: Reply) => void;
  readonly raw: (line: string) => void;
}

/** How a connection says who it is, until it is somebody. */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #sasl = new Sasl();
  #capabilities: ReadonlySet<string> = new Set();
  #negotiating = false;
  #nick: string | undefined;
  #user = false;
  #password: string | undefined;
  #opened: Opened | undefined;
  #over = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  get capabilities(): ReadonlySet<string> {
    return this.#capabilities;
  }

  /** The nick that it wants, or `*`. */
  get nick(): string {
    return this.#opened?.nick ?? this.#nick ?? "*";
  }

  /** Takes a line of these commands; false for any other. */
  async take({ command, params }: IrcLine): Promise<boolean> {
    const first = params[0] ?? "";
    switch (command) {
      case "CAP":
        this.#cap(first.toUpperCase(), params[1] ?? "");
        return true;
      case "AUTHENTICATE":
        await this.#authenticate(first);
        return true;
      case "PASS":
        if (this.#over) throw already();
        if (first === "") throw refuse.missing("PASS");
        this.#password = first;
        return true;
      case "USER":
        if (this.#over || this.#user) throw already();
        if (params.length < 4) throw refuse.missing("USER");
        this.#user = true;
        return true;
      case "NICK":
        if (this.#over) return false;
        await this.#wantNick(first);
        return true;
      default:
        return false;
    }
  }

  /** Whoever the connection is once all is said; undefined until then. Throws IrcRefusal where it may try again. */
  async complete(): Promise<Opened | undefined> {
    if (this.#over || this.#negotiating || !this.#user || this.#nick === undefined) return undefined;
    this.#opened ??= await this.#enter(this.#nick);
    this.#over = true;
    return this.#opened;
  }

  /** Whoever signed in and went away before the rest was said. */
  get leftOver(): Opened | undefined {
    return this.#over ? undefined : this.#opened;
  }

  async #wantNick(nick: string): Promise<void> {
    if (nick === "") throw refuse.noNick();
    if (!isNick(nick)) throw refuse.badNick(nick);
    // Who will sign in is called what its account is called.
    const mayBeOwn = this.#password !== undefined || this.#opened || this.#negotiating;
    if (!mayBeOwn && (await this.#options.parts.sessions.holderOf(nick))) throw refuse.nickTaken(nick);
    this.#nick = nick;
  }

  async #enter(nick: string): Promise<Opened> {
    const { sessions, settings } = this.#options.parts;
    if (this.#password !== undefined) return this.#signIn(nick, this.#password);
    if (settings.hashcashBits > 0)
      throw new IrcRefusal(
        "465",
        [],
        "register over HTTP, with a proof of work, and sign in by SASL",
        "forbidden",
      );
    try {
      return await sessions.register(nick, undefined, TCP_CLIENT);
    } catch (error) {
      // Another one may be free.
      if (error instanceof IrcRefusal && error.numeric === "433") this.#nick = undefined;
      throw error;
    }
  }

  async #signIn(name: string, password: string): Promise<Opened> {
    const { parts, address } = this.#options;
    await requireTurn(parts, address);
    return parts.sessions.login({ name, password, address }, TCP_CLIENT);
  }

  #cap(command: string, argument: string): void {
    const { raw, parts } = this.#options;
    const answer = (rest: string) => raw(`:${parts.settings.serverName} CAP ${this.nick} ${rest}`);
    switch (command) {
      case "LS":
        if (!this.#over) this.#negotiating = true;
        return answer(`LS :${capabilityList(Number(argument) || 301)}`);
      case "LIST":
        return answer(`LIST :${[...this.#capabilities].join(" ")}`);
      case "REQ": {
        if (!this.#over) this.#negotiating = true;
        const next = requested(this.#capabilities, argument);
        if (next) this.#capabilities = next;
        return answer(`${next ? "ACK" : "NAK"} :${argument.trim()}`);
      }
      case "END":
        this.#negotiating = false;
        return;
      default:
        throw new IrcRefusal(
          "410",
          [command === "" ? "*" : command],
          "is no such command of CAP",
          "bad_request",
        );
    }
  }

  async #authenticate(text: string): Promise<void> {
    const { say, raw } = this.#options;
    if (this.#over || this.#opened) return say(reply("907", [], "you are signed in already"));
    if (!this.#capabilities.has("sasl")) throw refuse.unknownCommand("AUTHENTICATE");
    const step = this.#sasl.take(text);
    switch (step._tag) {
      case "Continue":
        return raw("AUTHENTICATE +");
      case "More":
        return;
      case "Unknown":
        say(reply("908", ["PLAIN"], "are the mechanisms that there are"));
        return say(reply("904", [], "SASL authentication failed"));
      case "TooLong":
        return say(reply("905", [], "that message is too long"));
      case "Aborted":
        return say(reply("906", [], "SASL authentication aborted"));
      case "Failed":
        return say(reply("904", [], "SASL authentication failed"));
      case "Plain":
        return this.#plain(step.name, step.password);
    }
  }

  async #plain(name: string, password: string): Promise<void> {
    const { say } = this.#options;
    try {
      this.#opened = await this.#signIn(name, password);
    } catch (error) {
      const refused = error instanceof IrcRefusal || (error instanceof ApiFailure && error.status < 500);
      if (!refused) throw error;
      return say(reply("904", [], `SASL authentication failed: ${(error as Error).message}`));
    }
    const { nick } = this.#opened;
    const { serverName } = this.#options.parts.settings;
    say(reply("900", [`${nick}!*@${serverName}`, nick], `You are now logged in as ${nick}`));
    say(reply("903", [], "SASL authentication successful"));
  }
}

const already = () => new IrcRefusal("462", [], "you have registered already", "bad_request");
