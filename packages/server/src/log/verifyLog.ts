import { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { LogAudit, type LogCounts, type LogProblem, type LogRules } from "./LogAudit.ts";

const PAGE = 1_000;

export interface StreamVerification extends LogCounts {
  readonly stream: string;
  readonly problems: ReadonlyArray<LogProblem>;
}

/** Reads a whole log, up to where it ended when this began, and checks every partition of it. */
export const verifyLog = async (nats: Nats, rules: LogRules): Promise<ReadonlyArray<StreamVerification>> => {
  const reader = new LogReader(nats, rules.log);
  const verified: Array<StreamVerification> = [];
  for (const [partition, tail] of (await reader.tails()).entries()) {
    const audit = new LogAudit(rules, partition);
    let at = 0;
    while (at < tail) {
      const page = await reader.page(partition, at, PAGE);
      if (page.length === 0) break;
      for (const message of page) if (message.seq <= tail) audit.check(message);
      at = page.at(-1)!.seq;
    }
    verified.push({ stream: rules.log.stream(partition), ...audit.counts, problems: audit.problems });
  }
  return verified;
};
