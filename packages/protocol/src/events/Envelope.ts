import * as Schema from "effect/Schema";

/** Who caused an event: the user, and the credential (session or token id) it acted by. */
export const Actor = Schema.Struct({
  user_id: Schema.String,
  credential_id: Schema.optionalKey(Schema.String),
});
export type Actor = typeof Actor.Type;

/** The fields around every stored event's payload. `version` counts the events of one aggregate: 1, 2, 3, … */
export interface Envelope<Type extends string, Payload> {
  readonly id: string;
  readonly type: Type;
  /** Version of the payload's format; older ones are upcast when they are read. */
  readonly v: number;
  readonly version: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly actor: Actor;
  /** The command that caused it. */
  readonly causation_id: string;
  readonly correlation_id: string;
  readonly payload: Payload;
}

/** What a stored event of the given type and payload looks like, for golden files and the AsyncAPI document. */
export const envelope = <
  const Type extends string,
  Payload extends Schema.Top,
  Scope extends Schema.Struct.Fields,
>(
  type: Type,
  payload: Payload,
  scope: Scope,
) =>
  Schema.Struct({
    id: Schema.String,
    type: Schema.Literal(type),
    v: Schema.Int,
    ...scope,
    version: Schema.Int,
    at: Schema.String,
    actor: Actor,
    causation_id: Schema.String,
    correlation_id: Schema.String,
    payload,
  });
