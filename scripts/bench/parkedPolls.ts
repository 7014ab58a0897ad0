import type { ClickClack } from "../../test/support/ClickClack.ts";
import { freshName, IrcHttpClient } from "../../test/support/IrcHttpClient.ts";
import { ParkedPoll } from "../../test/support/ParkedPoll.ts";
import { median } from "./quantile.ts";
import { settledBytes } from "./settledBytes.ts";

const PEOPLE = 100;
const POLLS_EACH = 10;
/** Parked before the first sample: what the first polls cost once (compiled code, grown tables) is no cost of each. */
const FIRST_EACH = 3;
export const PARKED = PEOPLE * POLLS_EACH;

/** What parked polls cost the server, and how long one message takes to the last of them. */
export interface ParkedCosts {
  readonly bytesEach: number;
  readonly lastAfterMs: ReadonlyArray<number>;
}

/** Parks a thousand polls, and wakes all of them by a message, in rounds. The server must collect on SIGUSR2. */
export const parkedPolls = async (server: ClickClack, rounds: number): Promise<ParkedCosts> => {
  const anyone = new IrcHttpClient(server.url);
  const channel = `#${freshName("parked")}`;
  const speaker = await anyone.guest(freshName("speaker"));
  await speaker.join(channel);
  const crowd: Array<IrcHttpClient> = [];
  for (let n = 0; n < PEOPLE; n++) crowd.push(await anyone.guest(freshName("n")));
  for (const client of crowd) await client.join(channel);
  const park = async (each: number) => {
    const polls = crowd.flatMap((client) => Array.from({ length: each }, () => new ParkedPoll(client)));
    // What was sent behind them has been answered.
    for (let n = 0; n < 2; n++) await Promise.all(crowd.map((client) => client.get("/state")));
    return polls;
  };
  const drain = async () => {
    for (const client of crowd) await client.drain();
  };
  const wake = async (text: string) => {
    await drain();
    const polls = await park(POLLS_EACH);
    const said = performance.now();
    const saying = speaker.say(channel, text);
    const answers = await Promise.all(polls.map(({ answered }) => answered));
    await saying;
    for (const poll of polls) poll.end();
    if (!answers.every((answer) => answer.text.includes(text)))
      throw new Error("polls ended before they were woken: this machine is too busy");
    return Math.max(...answers.map(({ at }) => at)) - said;
  };
  const { pid } = await server.runFile();
  await drain();
  const polls = await park(FIRST_EACH);
  const before = await settledBytes(pid);
  polls.push(...(await park(POLLS_EACH)));
  const bytesEach = ((await settledBytes(pid)) - before) / PARKED;
  if (polls.some(({ isAnswered }) => isAnswered))
    throw new Error("polls ended while memory was measured: this machine is too busy");
  for (const poll of polls) poll.end();
  await wake("the first is not counted");
  const lastAfterMs: Array<number> = [];
  for (let n = 0; n < rounds; n++) lastAfterMs.push(await wake(`wake up ${n}`));
  return { bytesEach, lastAfterMs };
};

/** The median round's. */
export const lastAfter = ({ lastAfterMs }: ParkedCosts): number => median(lastAfterMs);
