import { withDeployment } from "../operator/connect.ts";
import { Operator } from "../operator/Operator.ts";
import type { InstanceFlags } from "./instanceFlags.ts";
import { instanceOf } from "./instanceOf.ts";

/** Runs work as the operator of the deployment that was typed. */
export const asOperator = <A>(flags: InstanceFlags, work: (operator: Operator) => Promise<A>): Promise<A> =>
  withDeployment(instanceOf(flags), (deployment) => work(new Operator(deployment)));
