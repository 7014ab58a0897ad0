import * as Option from "effect/Option";
import { Instance } from "../operator/Instance.ts";
import type { InstanceFlags } from "./instanceFlags.ts";

/** A variable that is set to nothing is not set. */
const given = (value: Option.Option<string>): string | undefined => Option.getOrUndefined(value) || undefined;

/** The deployment that was typed. */
export const instanceOf = ({ data, nats, db }: InstanceFlags): Instance =>
  new Instance({ data, nats: given(nats), db: given(db) });
