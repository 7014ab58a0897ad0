// Holds the WebSockets of the benches.
import { answerRequests } from "./answerRequests.ts";
import { Crowd, type CrowdOptions } from "./Crowd.ts";

const crowds: Array<Crowd> = [];

/** Gives the number by which the crowd is asked for. */
const open = async (options: CrowdOptions): Promise<number> => {
  const crowd = new Crowd(options);
  await crowd.open();
  return crowds.push(crowd) - 1;
};

answerRequests({
  open,
  arrivals: (crowd: number) => crowds[crowd]!.takeArrivals(),
  close: (crowd: number) => crowds[crowd]!.close(),
});
