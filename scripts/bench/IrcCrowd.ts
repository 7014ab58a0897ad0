import { connect, type Socket } from "node:net";

const LINE_FEED = 10;
/** How long a whole crowd may take to come or to be told of something. */
const WITHIN_MS = 120_000;

const linesIn = (chunk: Buffer): number => {
  let lines = 0;
  for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
};

/** Many IRC connections in one channel, as cheap as they can be: once they are in, lines are only counted. */
export class IrcCrowd {
  readonly #sockets: ReadonlyArray<Socket>;
  #lines = 0;
  #wanted = Infinity;
  #reached: (() => void) | undefined;

  private constructor(sockets: ReadonlyArray<Socket>) {
    this.#sockets = sockets;
    for (const socket of sockets)
      socket.on("data", (chunk: Buffer) => {
        this.#lines += linesIn(chunk);
        if (this.#lines >= this.#wanted) this.#reached?.();
      });
  }

  /** Connects `size` of them, a few at a time, and lets all of them join. */
  static async join(
    address: { host: string; port: number },
    size: number,
    channel: string,
  ): Promise<IrcCrowd> {
    const sockets: Array<Socket> = [];
    const lane = async () => {
      while (sockets.length < size) {
        const socket = connect(address);
        sockets.push(socket);
        const nick = `n${sockets.length}`;
        socket.write(`NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\n`);
        await said(socket, / (376|422) /);
        socket.write(`JOIN ${channel}\r\n`);
        await said(socket, / 366 /);
      }
    };
    await Promise.all(Array.from({ length: 10 }, lane));
    const crowd = new IrcCrowd(sockets);
    await crowd.#quiet();
    return crowd;
  }

  get size(): number {
    return this.#sockets.length;
  }

  /** The first says `count` lines; resolves with the milliseconds until everybody else has all of them. */
  async say(channel: string, count: number, text: string): Promise<number> {
    this.#lines = 0;
    this.#wanted = count * (this.size - 1);
    const begun = performance.now();
    const done = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.#lines} of ${this.#wanted} lines came`)),
        WITHIN_MS,
      );
      this.#reached = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#sockets[0]!.write(`PRIVMSG ${channel} :${text}\r\n`.repeat(count));
    await done;
    this.#wanted = Infinity;
    return performance.now() - begun;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Resolves once the news of who joined have all come. */
  async #quiet(): Promise<void> {
    for (let before = -1; before !== this.#lines;) {
      before = this.#lines;
      await new Promise((resume) => setTimeout(resume, 500));
    }
  }
}

const said = (socket: Socket, pattern: RegExp): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(
      () => reject(new Error(`waited in vain for ${pattern}: ${text.slice(-300)}`)),
      WITHIN_MS,
    );
    const listen = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (!pattern.test(text)) return;
      clearTimeout(timer);
      socket.off("data", listen);
      resolve();
    };
    socket.on("data", listen);
    socket.once("error", reject);
  });
