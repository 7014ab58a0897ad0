import { type Allowance, takeTurn } from "@clickclack/eventsourcing/Throttle";
import { BoundedMap } from "../../BoundedMap.ts";
import { TerminalRefusal } from "./TerminalRefusal.ts";

/** Users whose turns are counted: those of the last minutes. */
const REMEMBERED = 50_000; // some 100 bytes each
/** Commands that are no messages: more than anybody types, less than a loop asks for. */
const COMMANDS: Allowance = { burst: 100, everyMs: 100 };

/** How often each user may say something, counted in this gateway over all of its connections. */
export class Turns {
  readonly #messages: Allowance | undefined;
  readonly #due = new BoundedMap<string, number>(REMEMBERED);

  /** No limits without an allowance of messages. */
  constructor(messages: Allowance | undefined) {
    this.#messages = messages;
  }

  /** Throws rate_limited, naming the seconds to wait. */
  take(userId: string, what: "message" | "command"): void {
    if (!this.#messages) return;
    const key = `${what} ${userId}`;
    const allowance = what === "message" ? this.#messages : COMMANDS;
    const turn = takeTurn(this.#due.get(key) ?? 0, Date.now(), allowance);
    if ("due" in turn) {
      this.#due.set(key, turn.due);
      return;
    }
    const seconds = Math.ceil(turn.retryAfterMs / 1_000);
    throw new TerminalRefusal(
      "rate_limited",
      `you are too fast: wait ${seconds} ${seconds === 1 ? "second" : "seconds"} and send it again`,
      seconds,
    );
  }
}
