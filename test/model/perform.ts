import type { Answer, ApiClient } from "../support/ApiClient.ts";
import type { Operator } from "../support/Operator.ts";
import { type Action, isOperation, type Operation } from "./Action.ts";
import type { Model } from "./Model.ts";
import { wireRequest } from "./wireRequest.ts";

/** What became of an action. */
export interface Outcome {
  readonly action: Action;
  /** The correlation id that its events carry in the log. */
  readonly id: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly answer: Pick<Answer<any>, "status" | "body">;
  /** For people who look for what went wrong. */
  readonly line: string;
}

interface Scene {
  readonly model: Model;
  readonly workspaceId: string;
  readonly id: string;
}

/** Carries an action out: a person's over HTTP, with `id` as its correlation id, the operator's over NATS. */
export const perform = async (
  { model, workspaceId, id }: Scene,
  action: Action,
  sender: ApiClient | Operator,
): Promise<Outcome> => {
  const line = (status: number) =>
    `${action.by} ${JSON.stringify(isOperation(action) ? action.operation : action.request)}: ${status}`;
  if (isOperation(action)) {
    const { answer, correlationId } = await operate(sender as Operator, workspaceId, action.operation);
    return { action, id: correlationId ?? id, answer, line: line(answer.status) };
  }
  const { method, path, body } = wireRequest(model, workspaceId, action.request);
  const answer = await (sender as ApiClient).request(method, path, {
    headers: { "X-Correlation-ID": id },
    ...(body && { body }),
  });
  return { action, id, answer, line: line(answer.status) };
};

const STATUSES: Readonly<Record<string, number>> = { not_found: 404, forbidden: 403 };

const operate = async (operator: Operator, workspaceId: string, operation: Operation) => {
  try {
    const [first] = await send(operator, workspaceId, operation);
    return { answer: { status: 200, body: {} }, correlationId: first?.event.correlation_id };
  } catch (error) {
    const code = /"code":"(\w+)"/.exec(String(error))?.[1];
    const status = STATUSES[code ?? ""];
    if (status === undefined) throw error;
    return { answer: { status, body: { code } }, correlationId: undefined };
  }
};

const send = (operator: Operator, workspaceId: string, operation: Operation) => {
  switch (operation.type) {
    case "addMember":
      return operator.addMember(workspaceId, operation.whom, operation.role);
    case "removeMember":
      return operator.removeMember(workspaceId, operation.whom);
    case "block":
    case "unblock":
      return operator.blockMember(workspaceId, operation.whom, operation.type === "block");
  }
};
