import { newId } from "@clickclack/protocol/Ids";
import * as Result from "effect/Result";
import type { CommandEnvelope, Decider, IdempotencyKey, RecordedEvent } from "../Decider.ts";
import { upcaster } from "../Upcaster.ts";

/** A total, and parts of which the state holds the newest few only. */
export interface CounterState {
  total: number;
  /** How often each part was touched; null: there is no such part. */
  readonly parts: Map<string, number | null>;
}

export type CounterCommand =
  | { readonly type: "Add"; readonly amount: number; readonly scope?: string; readonly note?: string }
  | { readonly type: "MakePart"; readonly part: string }
  | { readonly type: "TouchPart"; readonly part: string };

interface CounterEventOf<Type extends string, Payload> extends RecordedEvent {
  readonly type: Type;
  readonly payload: Payload;
  readonly workspace_id?: string;
  readonly channel_id?: string;
}

export type CounterEvent =
  | CounterEventOf<
      "counter.added",
      { readonly amount: number; readonly total: number; readonly note?: string }
    >
  | CounterEventOf<"part.made", { readonly part: string }>
  | CounterEventOf<"part.touched", { readonly part: string; readonly times: number }>;

/** How often a part was touched was called `count` in format 1. */
export const upcastCounterEvent = upcaster<CounterEvent>({
  "part.touched": [
    (event) => {
      const { count, ...rest } = event.payload as { readonly part: string; readonly count: number };
      return { ...event, payload: { ...rest, times: count } };
    },
  ],
});

export interface RestoredPart {
  readonly part: string;
  readonly times: number | null;
}

/** Parts that the state holds. */
export const MAX_PARTS = 3;
/** Adding this much runs into a bug. */
export const BUG = 666;

const putPart = (state: CounterState, part: string, times: number | null): void => {
  state.parts.delete(part);
  state.parts.set(part, times);
  if (state.parts.size > MAX_PARTS) state.parts.delete(state.parts.keys().next().value!);
};

const decide: Decider<CounterState, CounterCommand, CounterEvent>["decide"] = (state, command) => {
  switch (command.type) {
    case "Add": {
      const { amount, note } = command;
      if (amount === BUG) throw new TypeError("a bug in the rules");
      if (amount < 0) return Result.fail({ code: "invalid_request", message: "only upwards" });
      if (amount === 0) return Result.succeed([]);
      const payload = { amount, total: state.total + amount, ...(note !== undefined && { note }) };
      return Result.succeed([{ type: "counter.added", payload }]);
    }
    case "MakePart":
      return Result.succeed([{ type: "part.made", payload: { part: command.part } }]);
    case "TouchPart": {
      const times = state.parts.get(command.part);
      if (times == null) return Result.fail({ code: "not_found", message: "there is no such part" });
      return Result.succeed([{ type: "part.touched", payload: { part: command.part, times: times + 1 } }]);
    }
  }
};

const evolve = (state: CounterState, event: CounterEvent): CounterState => {
  switch (event.type) {
    case "counter.added":
      state.total += event.payload.amount;
      return state;
    case "part.made":
      putPart(state, event.payload.part, 0);
      return state;
    case "part.touched":
      if (state.parts.has(event.payload.part)) putPart(state, event.payload.part, event.payload.times);
      return state;
  }
};

/** The smallest decider that shows everything the machinery has to offer. */
export const CounterDecider: Decider<CounterState, CounterCommand, CounterEvent> = {
  log: "chat",
  idField: "workspace_id",
  formats: upcastCounterEvent.formats,
  initial: () => ({ total: 0, parts: new Map() }),
  evolve,
  decide,
  route: (command) => {
    if (command.type === "Add") return { scope: command.scope ?? "_", type: "counter.added" };
    return { scope: "_", type: command.type === "MakePart" ? "part.made" : "part.touched" };
  },
  missing: (state, command) =>
    command.type === "TouchPart" && !state.parts.has(command.part) ? [command.part] : [],
  restore: (state, parts) => {
    for (const { part, times } of parts as ReadonlyArray<RestoredPart>) {
      if (!state.parts.has(part)) putPart(state, part, times);
    }
  },
  snapshot: {
    version: 1,
    encode: ({ total, parts }) => ({ total, parts: [...parts] }),
    decode: (json) => {
      const { total, parts } = json as {
        total: number;
        parts: ReadonlyArray<readonly [string, number | null]>;
      };
      return { total, parts: new Map(parts) };
    },
  },
};

/** A command on its way to a counter. */
export const counterCommand = (
  aggregate: string,
  command: CounterCommand,
  options: {
    readonly user?: string;
    readonly id?: string;
    readonly keys?: ReadonlyArray<IdempotencyKey>;
  } = {},
): CommandEnvelope<CounterCommand> => {
  const id = options.id ?? newId("cmd");
  return {
    id,
    aggregate,
    at: new Date().toISOString(),
    actor: { user_id: options.user ?? newId("usr") },
    correlation_id: id,
    ...(options.keys && { keys: options.keys }),
    command,
  };
};
