import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

/** Lets the server collect its garbage on SIGUSR2, so that what stays is what is needed. */
const COLLECT = fileURLToPath(new URL("../../scripts/bench/collectOnSignal.ts", import.meta.url));
const one = oneServer({ env: { NODE_OPTIONS: `--expose-gc --import=${COLLECT}` } });
const PEOPLE = 100;
const POLLS_EACH = 10;
/** Opened before the first sample: what the first polls cost once (compiled code, grown tables) is no cost of each. */
const FIRST_EACH = 3;
const AT_ONCE = 10;
/** Ticks of processor time a second, on every Linux that there is. */
const TICKS = 100;

/** Bytes of memory that a process needs. */
const memoryOf = async (pid: number): Promise<number> => {
  for (let i = 0; i < 3; i++) {
    process.kill(pid, "SIGUSR2");
    await idle(pid);
  }
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
};

/** Milliseconds of processor time that a process has used. */
const processorTimeOf = async (pid: number): Promise<number> => {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]!.split(" ");
  // utime and stime, as proc(5) numbers them behind the name.
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
};

/** Resolves once a process does next to nothing: whatever it was asked is done. */
const idle = async (pid: number): Promise<void> => {
  let last = Number.NaN;
  const quiet = async () => {
    const now = await processorTimeOf(pid);
    const used = now - last;
    last = now;
    return used <= 30;
  };
  await until(quiet, { what: "the server to have nothing to do", everyMs: 300, deadlineMs: 60_000 });
};

/** A parked poll over a connection of its own, as bare as can be: when its answer came, and what it was. */
class Poll {
  readonly answered: Promise<{ readonly at: number; readonly text: string }>;
  readonly #socket: Socket;

  constructor({ url, token, last }: IrcHttpClient) {
    const { hostname, port, host } = new URL(url);
    const query = `after=${last}&timeout=30`; // the longest that there is
    const head = `GET /api/v1/messages?${query} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    this.#socket = connect({ host: hostname, port: Number(port) });
    this.#socket.write(head);
    this.answered = new Promise((resolve, reject) => {
      this.#socket.once("data", (chunk) => resolve({ at: performance.now(), text: chunk.toString() }));
      this.#socket.once("error", reject);
      this.#socket.once("close", () => reject(new Error("the connection ended without an answer")));
    });
    this.answered.catch(() => undefined);
  }

  end(): void {
    this.#socket.destroy();
  }
}

test("a thousand parked polls cost little memory, and one message wakes all of them within half a second", async () => {
  const anyone = new IrcHttpClient(one.url);
  const channel = `#${freshName("c")}`;
  const speaker = await anyone.guest(freshName("speaker"));
  await speaker.join(channel);
  const crowd: Array<IrcHttpClient> = [];
  const each = async (
    work: (client: IrcHttpClient) => Promise<unknown>,
    clients: Iterable<IrcHttpClient>,
  ) => {
    const left = clients[Symbol.iterator]() as IterableIterator<IrcHttpClient>;
    const lane = async () => {
      for (const client of left) await work(client);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  };
  const newcomers = await Promise.all(Array.from({ length: PEOPLE }, () => anyone.guest(freshName("n"))));
  crowd.push(...newcomers);
  await each((client) => client.join(channel), crowd);
  await each((client) => client.drain(), crowd);

  const { pid } = await one.server.runFile();
  const park = (each: number) =>
    crowd.flatMap((client) => Array.from({ length: each }, () => new Poll(client)));
  const polls = park(FIRST_EACH);
  try {
    await idle(pid);
    const before = await memoryOf(pid);
    polls.push(...park(POLLS_EACH));
    await idle(pid);
    const after = await memoryOf(pid);
    expect((after - before) / (PEOPLE * POLLS_EACH)).toBeLessThan(10 * 1024);
    const [said, used] = [performance.now(), await processorTimeOf(pid)];
    await speaker.say(channel, "wake up");
    const answers = await Promise.all(polls.map(({ answered }) => answered));
    const spent = (await processorTimeOf(pid)) - used;
    for (const { text } of answers) expect(text).toContain("wake up");
    expect(spent, "ms of processor time").toBeLessThan(500);
    // Where others keep the machine busy, the clock says how busy they are.
    const free = loadavg()[0]! < availableParallelism();
    if (free) expect(Math.max(...answers.map(({ at }) => at)) - said).toBeLessThan(500);
  } finally {
    for (const poll of polls) poll.end();
  }
});
