import type { Actor } from "@clickclack/protocol/events/Envelope";
import * as Result from "effect/Result";
import { expect } from "vitest";
import type { Decider, NewEvent, RecordedEvent } from "../Decider.ts";

const START_MS = Date.parse("2030-01-01T00:00:00.000Z");

/** The time of the command after `count` events, one a second. */
export const timeAfter = (count: number): string => new Date(START_MS + count * 1_000).toISOString();

/** Stamps an event as the actor does. */
export const recorded = <Event extends RecordedEvent>(
  decider: Decider<never, never, Event> | { readonly idField: string },
  aggregate: string,
  event: NewEvent,
  version: number,
  actor: Actor = { user_id: "usr_given" },
): Event =>
  ({
    id: `evt_${version}`,
    v: 1,
    [decider.idField]: aggregate,
    ...event,
    version,
    at: timeAfter(version - 1),
    actor,
    causation_id: `cmd_${version}`,
    correlation_id: `cmd_${version}`,
  }) as unknown as Event;

/** What came of a command. */
export interface Outcome {
  /** Exactly these events, in this order. */
  readonly thenEvents: (...events: ReadonlyArray<NewEvent>) => void;
  readonly thenNothing: () => void;
  readonly thenRejected: (code: string) => void;
}

/** Describes a decider by examples: given these events, when somebody commands this, then that. */
export const deciderSpecification = <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  aggregate: string,
) => ({
  given: (...given: ReadonlyArray<NewEvent>) => ({
    /** `by` is the acting user's id; `at` the command's time, a second after the last event unless told otherwise. */
    when: (command: Command, by: string, at: string = timeAfter(given.length)): Outcome => {
      const state = given.reduce<State>(
        (folded, event, i) => decider.evolve(folded, recorded(decider, aggregate, event, i + 1)),
        decider.initial(aggregate),
      );
      const before = JSON.stringify(decider.snapshot.encode(state));
      const decision = decider.decide(state, command, { aggregate, actor: { user_id: by }, at });
      expect(JSON.stringify(decider.snapshot.encode(state)), "deciding changed the state").toBe(before);
      const outcome = Result.isFailure(decision)
        ? { rejected: decision.failure.code }
        : { events: decision.success };
      if (Result.isSuccess(decision) && decision.success.length > 0) {
        expect(decider.route(command).type, "the type that the command's subject names").toBe(
          decision.success[0]!.type,
        );
      }
      return {
        thenEvents: (...events) => expect(outcome).toEqual({ events }),
        thenNothing: () => expect(outcome).toEqual({ events: [] }),
        thenRejected: (code) => expect(outcome).toEqual({ rejected: code }),
      };
    },
  }),
});
