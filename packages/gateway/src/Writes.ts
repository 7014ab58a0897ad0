import type { Appended } from "@clickclack/eventsourcing/CommandReply";
import type { IdempotencyKey } from "@clickclack/eventsourcing/Decider";
import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import type {
  WorkspaceEvent,
  WorkspaceEventOf,
  WorkspaceEventType,
} from "@clickclack/protocol/events/WorkspaceEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isId, newId } from "@clickclack/protocol/Ids";
import { canSeeEvent } from "@clickclack/workspace/access";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { NO_SUCH_WORKSPACE } from "@clickclack/workspace/rules";
import { requirePlaceScope } from "./authentication/authorize.ts";
import { actorOf, type Caller } from "./authentication/Caller.ts";
import type { GatewayServices } from "./GatewayServices.ts";
import type { Reads } from "./Reads.ts";

/** What a command caused, or, `replayed`, what the same command caused before. */
export interface Outcome {
  readonly events: ReadonlyArray<Appended<WorkspaceEvent>>;
  readonly replayed: boolean;
  /** Stream sequence up to which the workspace's log was known when the command was answered. */
  readonly seq: number;
}

export interface WriteOptions {
  readonly correlationId: string;
  readonly keys?: ReadonlyArray<IdempotencyKey>;
}

/** Sends commands of callers to workspaces. */
export class Writes {
  readonly #services: GatewayServices;
  readonly #reads: Reads;

  constructor(services: GatewayServices, reads: Reads) {
    this.#services = services;
    this.#reads = reads;
  }

  /** Carries a command out; throws ApiFailure with the rejection's code, or StoreUnavailable. */
  async send(
    workspaceId: string,
    caller: Caller,
    command: WorkspaceCommand,
    options: WriteOptions,
  ): Promise<Outcome> {
    const elsewhere = caller.workspaceId !== undefined && caller.workspaceId !== workspaceId;
    if (!isId("wsp", workspaceId) || elsewhere) throw notFound(command);
    if ("channelId" in command) requirePlaceScope(caller, command.channelId, "write");
    const reply = await this.#services.commands.send({
      id: newId("cmd"),
      aggregate: workspaceId,
      at: new Date().toISOString(),
      actor: actorOf(caller),
      correlation_id: options.correlationId,
      ...(options.keys && options.keys.length > 0 && { keys: options.keys }),
      command,
    });
    switch (reply._tag) {
      case "Accepted":
        if (reply.replayed) await this.#requireStillVisible(workspaceId, caller, command, reply.events);
        return { events: reply.events, replayed: reply.replayed, seq: reply.seq };
      case "Rejected":
        if (reply.rejection.message === NO_SUCH_WORKSPACE) throw notFound(command);
        throw ApiFailure.of(reply.rejection);
      case "Unavailable":
        throw new StoreUnavailable(reply.message);
      case "NotOwner":
        throw new StoreUnavailable("no worker holds this workspace right now");
    }
  }

  /** An answer from the past is told again to those alone who may see what it tells today. */
  async #requireStillVisible(
    workspaceId: string,
    caller: Caller,
    command: WorkspaceCommand,
    events: Outcome["events"],
  ): Promise<void> {
    const { state } = await this.#reads.workspace(workspaceId, caller).catch((error: unknown) => {
      throw error instanceof ApiFailure && error.status === 404 ? notFound(command) : error;
    });
    const visible = events.every(({ event }) => canSeeEvent(state, caller.account.id, event));
    if (!visible) throw notFound(command);
  }
}

/** What was asked for does not exist, or not for this caller: one and the same answer, whichever it is. */
const notFound = (command: WorkspaceCommand): ApiFailure => {
  // A message is posted to a channel, and pinned in one.
  const inChannel = new Set(["PostMessage", "PinMessage", "UnpinMessage"]).has(command.type);
  const ofMessage = "rootId" in command || ("messageId" in command && !inChannel);
  const ofChannel = "channelId" in command && command.type !== "CreateChannel";
  const ofInvite = "inviteId" in command && command.type !== "CreateInvite";
  const what = ofInvite ? "invite" : ofMessage ? "message" : ofChannel ? "channel" : "workspace";
  return new ApiFailure("not_found", `there is no such ${what}`);
};

/** The event of this type that a command caused; undefined when it changed nothing. */
export const eventOf = <Type extends WorkspaceEventType>(
  outcome: Outcome,
  type: Type,
): (Appended<WorkspaceEventOf<Type>> & {}) | undefined =>
  outcome.events.find(({ event }) => event.type === type) as Appended<WorkspaceEventOf<Type>> | undefined;
