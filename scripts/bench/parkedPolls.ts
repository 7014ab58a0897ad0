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
  for (const client of crowd) await client.drain();
  const park = async (each: number) => {
    const polls = crowd.flatMap((client) => Array.from({ length: each }, () => new ParkedPoll(client)));
    // What was sent behind them has been answered.
    for (let n = 0; n < 2; n++) for (const client of crowd) await client.get("/state");
    return polls;
  };
  const wake = async (polls: ReadonlyArray<ParkedPoll>) => {
    const said = performance.now();
    const saying = speaker.say(channel, "wake up");
    const answers = await Promise.all(polls.map(({ answered }) => answered));
    await saying;
    for (const poll of polls) poll.end();
    const last = Number(/"last_id":(\d+)/.exec(answers[0]!.text)![1]);
    for (const client of crowd) client.last = last;
    return Math.max(...answers.map(({ at }) => at)) - said;
  };
  const { pid } = await server.runFile();
  const first = await park(FIRST_EACH);
  const before = await settledBytes(pid);
  const more = await park(POLLS_EACH);
  const bytesEach = ((await settledBytes(pid)) - before) / PARKED;
  await wake([...first, ...more]);
  const lastAfterMs: Array<number> = [];
  for (let n = 0; n < rounds; n++) lastAfterMs.push(await wake(await park(POLLS_EACH)));
  return { bytesEach, lastAfterMs };
};

/** The median round's. */
export const lastAfter = ({ lastAfterMs }: ParkedCosts): number => median(lastAfterMs);
