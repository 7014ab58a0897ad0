/** A message as the default shape tells it. */
export interface IrcHttpMessage {
  readonly id: string;
  readonly ts: string;
  readonly command: string;
  readonly type: string;
  readonly from: string;
  readonly to?: string;
  readonly params: ReadonlyArray<string>;
  readonly body: ReadonlyArray<string>;
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface IrcHttpBatch {
  readonly messages: ReadonlyArray<IrcHttpMessage>;
  readonly last_id: number;
}

export interface IrcHttpAnswer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the server says
  readonly body: any;
  readonly headers: Headers;
}

/** Enough of a password for every account of the tests. */
export const PASSWORD = "a long enough password";

/** Somebody at `/api/v1`, or nobody yet. */
export class IrcHttpClient {
  readonly url: string;
  readonly token: string | undefined;
  readonly id: string;
  readonly nick: string;
  /** What `poll` acknowledges next. */
  last = 0;

  constructor(
    url: string,
    who: { readonly token?: string; readonly id?: string; readonly nick?: string } = {},
  ) {
    this.url = url;
    this.token = who.token;
    this.id = who.id ?? "";
    this.nick = who.nick ?? "";
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<IrcHttpAnswer> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.token !== undefined && { Authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text === "" ? undefined : JSON.parse(text),
      headers: answer.headers,
    };
  }

  get = (path: string) => this.send("GET", path);
  post = (path: string, body?: unknown) => this.send("POST", path, body);

  /** Expects 2xx; returns the body. */
  async ok(method: string, path: string, body?: unknown): Promise<IrcHttpAnswer["body"]> {
    const answer = await this.send(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Somebody new, with a password or as a guest. */
  async register(nick: string, password: string | undefined = PASSWORD): Promise<IrcHttpClient> {
    return new IrcHttpClient(this.url, await this.ok("POST", "/register", { nick, password }));
  }

  async guest(nick: string): Promise<IrcHttpClient> {
    return new IrcHttpClient(this.url, await this.ok("POST", "/session", { nick }));
  }

  async login(nick: string, password = PASSWORD): Promise<IrcHttpClient> {
    return new IrcHttpClient(this.url, await this.ok("POST", "/login", { nick, password }));
  }

  join = (channel: string) => this.ok("POST", "/channels/join", { channel });
  say = (to: string, ...body: ReadonlyArray<string>) => this.ok("POST", "/messages", { to, body });
  command = (command: string, rest: object = {}) => this.ok("POST", "/messages", { command, ...rest });

  /** The next messages, with what came before acknowledged. */
  async poll(timeout = 0): Promise<ReadonlyArray<IrcHttpMessage>> {
    const after = this.last === 0 ? "" : `after=${this.last}&`;
    const batch = (await this.ok("GET", `/messages?${after}timeout=${timeout}`)) as IrcHttpBatch;
    this.last = batch.last_id;
    return batch.messages;
  }

  /** Polls until a message is there that is wanted; returns all that came until then. */
  async until(
    wanted: (message: IrcHttpMessage) => boolean,
    withinMs = 10_000,
  ): Promise<ReadonlyArray<IrcHttpMessage>> {
    const seen: Array<IrcHttpMessage> = [];
    const deadline = Date.now() + withinMs;
    while (Date.now() < deadline) {
      seen.push(...(await this.poll(2)));
      if (seen.some(wanted)) return seen;
    }
    throw new Error(`waited in vain; came: ${JSON.stringify(seen)}`);
  }

  /** Everything up to the answer of a PING: nothing that happened before it is missing. */
  async drain(): Promise<ReadonlyArray<IrcHttpMessage>> {
    const token = `t${Math.random()}`;
    await this.command("PING", { params: [token] });
    const seen = await this.until((it) => it.command === "PONG" && it.params[0] === token);
    return seen.filter((it) => it.command !== "PONG");
  }
}

let made = 0;
/** A name that no other test has. */
export const freshName = (stem: string): string =>
  `${stem}${(++made).toString(36)}${Math.random().toString(36).slice(2, 7)}`;
