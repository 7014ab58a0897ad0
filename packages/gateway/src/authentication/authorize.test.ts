import type { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { BOT_ACCESS, type OperationId } from "@clickclack/protocol/http/BotAccess";
import { type Scope, SCOPES } from "@clickclack/protocol/http/Scopes";
import { describe, expect, test } from "vitest";
import { authorize } from "./authorize.ts";
import type { Caller } from "./Caller.ts";

const bot = (scopes?: ReadonlyArray<Scope>) =>
  ({ account: { kind: "bot" }, ...(scopes && { scopes: new Set(scopes) }) }) as unknown as Caller;
const human = { account: { kind: "human" } } as unknown as Caller;

/** The code that a caller is refused with; undefined when it is let through. */
const refusal = (operation: OperationId, caller: Caller, payload: object = {}): ApiFailure | undefined => {
  try {
    authorize(operation, caller, payload);
    return undefined;
  } catch (failure) {
    return failure as ApiFailure;
  }
};

describe.each(Object.entries(BOT_ACCESS) as ReadonlyArray<[OperationId, (typeof BOT_ACCESS)[OperationId]]>)(
  "%s",
  (operation, access) => {
    const needed =
      typeof access === "object" ? access.scopes : access === "open" || access === "humans" ? [] : [access];

    test("is open to people, and to a bot whose token is good for it", () => {
      expect(refusal(operation, human)).toBeUndefined();
      expect(refusal(operation, bot(SCOPES))?.code).toBe(
        access === "humans" ? "not_allowed_for_bots" : undefined,
      );
    });

    test("is closed to a token that holds every scope but the one", () => {
      for (const missing of needed) {
        const failure = refusal(operation, bot(SCOPES.filter((scope) => scope !== missing)));
        expect([failure?.code, failure?.message]).toEqual([
          "missing_scope",
          `this token lacks the scope ${missing}`,
        ]);
      }
    });

    test("needs more for some values of a field, and is not fooled by others", () => {
      if (typeof access !== "object")
        return expect(refusal(operation, bot(SCOPES), { kind: "agent_tool" })?.code).not.toBe(
          "missing_scope",
        );
      for (const [value, scope] of Object.entries(access.byValue ?? {})) {
        const rest = SCOPES.filter((one) => one !== scope);
        expect(refusal(operation, bot(rest), { [access.field!]: value })?.message).toContain(scope);
        expect(refusal(operation, bot(access.scopes), { [access.field!]: "toString" })).toBeUndefined();
      }
    });
  },
);
