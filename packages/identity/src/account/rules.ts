import type { NewEvent, Rejection } from "@clickclack/eventsourcing/Decider";
import type { IdentityEventType, IdentityPayload } from "@clickclack/protocol/events/IdentityEvents";
import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";
import * as Result from "effect/Result";
import type { AccountState } from "./Account.ts";

export type Decision = Result.Result<ReadonlyArray<NewEvent>, Rejection>;

export const reject = (code: ErrorCode, message: string) => Result.fail({ code, message });

export const nothing: Decision = Result.succeed([]);

/** An event of the given type, with its payload checked by the compiler. */
export const event = <Type extends IdentityEventType>(
  type: Type,
  payload: IdentityPayload<Type>,
): NewEvent => ({
  type,
  payload,
});

export const revoke = (credentialId: string, reason: string): NewEvent =>
  event("credential.revoked", { credential_id: credentialId, reason });

export const revokeAll = (state: AccountState, reason: string): ReadonlyArray<NewEvent> =>
  [...state.credentials.keys()].map((id) => revoke(id, reason));
