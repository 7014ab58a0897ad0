import type { CommandReply } from "@clickclack/eventsourcing/CommandReply";
import type { CommandEnvelope } from "@clickclack/eventsourcing/Decider";
import type { Actor } from "@clickclack/protocol/events/Envelope";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import type { AccountCommand } from "./account/Account.ts";

export type SendEnvelope = (
  envelope: CommandEnvelope<AccountCommand>,
) => Promise<CommandReply<IdentityEvent>>;

export type AcceptedByAccount = Extract<CommandReply<IdentityEvent>, { readonly _tag: "Accepted" }>;

/**
 * Sends a command to an account, given now unless `at` (RFC 3339) says when; resolves once it is carried out, with what
 * it caused. Throws ApiFailure.
 */
export const sendAccountCommand = async (
  send: SendEnvelope,
  aggregate: string,
  actor: Actor,
  command: AccountCommand,
  at = new Date().toISOString(),
): Promise<AcceptedByAccount> => {
  const id = newId("cmd");
  const reply = await send({ id, aggregate, at, actor, correlation_id: id, command });
  if (reply._tag === "Accepted") return reply;
  if (reply._tag === "Rejected") throw ApiFailure.of(reply.rejection);
  throw new ApiFailure(
    "unavailable",
    reply._tag === "Unavailable" ? reply.message : "no worker is available",
  );
};
