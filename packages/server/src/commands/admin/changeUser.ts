import type { Actor } from "@clickclack/protocol/events/Envelope";
import { Command } from "effect/cli";
import { Operator } from "../../operator/Operator.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = { user: memberFlags.user, ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

export interface UserChange {
  readonly name: string;
  readonly description: string;
  readonly short: string;
  /** What is said when it is done, before the user's id. */
  readonly done: string;
  readonly change: (operator: Operator, userId: string, actor: Actor) => Promise<void>;
}

/** A command that changes whether an account may act. */
export const changeUser = ({ name, description, short, done, change }: UserChange) =>
  Command.make(
    name,
    flags,
    runs(async ({ user, json, ...where }: Input) => {
      const userId = await asOperator(where, async (operator) => {
        const { id } = await operator.account(user);
        await change(operator, id, Operator.ACTOR);
        return id;
      });
      if (json) print.json({ user_id: userId, [done]: true });
      else print.line(`${done} ${userId}`);
    }),
  ).pipe(
    Command.withDescription(description),
    Command.withShortDescription(short),
    Command.withExamples([{ command: `clickclack admin user ${name} --user bob@example.com` }]),
  );
