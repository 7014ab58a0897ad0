import type { CommandReply } from "@clickclack/eventsourcing/CommandReply";
import type { CommandEnvelope } from "@clickclack/eventsourcing/Decider";
import type { Actor } from "@clickclack/protocol/events/Envelope";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import type { AccountCommand } from "./account/Account.ts";

export type SendToAccount = (
  envelope: CommandEnvelope<AccountCommand>,
) => Promise<CommandReply<IdentityEvent>>;

export type AcceptedByAccount = Extract<CommandReply<IdentityEvent>, { readonly _tag: "Accepted" }>;

/** Sends a command to an account. Throws ApiFailure with the rejection's code, or `unavailable` when nobody knows what became of it. */
export const sendCommand = async (
  send: SendToAccount,
  aggregate: string,
  actor: Actor,
  command: AccountCommand,
): Promise<AcceptedByAccount> => {
  const id = newId("cmd");
  const envelope = { id, aggregate, at: new Date().toISOString(), actor, correlation_id: id, command };
  const reply = await send(envelope);
  if (reply._tag === "Accepted") return reply;
  if (reply._tag === "Rejected") throw ApiFailure.of(reply.rejection);
  throw new ApiFailure(
    "unavailable",
    reply._tag === "Unavailable" ? reply.message : "no worker is available",
  );
};
