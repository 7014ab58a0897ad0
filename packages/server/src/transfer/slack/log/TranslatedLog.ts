import type { NewEvent, Rejection } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { upcastWorkspaceEvent, WorkspaceDecider } from "@clickclack/workspace/WorkspaceDecider";
import type { MessageHead, WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import * as Result from "effect/Result";
import type { LineWriter } from "../../format/LineWriter.ts";
import type { SlackIds } from "./SlackIds.ts";

/** A commit is one message of NATS, of a megabyte at the most: texts of so many characters stay below it as JSON. */
const MAX_COMMIT_CHARACTERS = 100_000;
const MAX_COMMIT_EVENTS = 100;

/** What is done in the exported workspace, by whom, and when. */
export interface Deed {
  /** Names it among all of the export's, so that its ids follow from it. */
  readonly key: ReadonlyArray<string>;
  /** ms since 1970. */
  readonly at: number;
  readonly actor: string;
}

interface Route {
  readonly scope: string;
  readonly type: string;
}

/** Writes a workspace's log down by its own rules, as if people had done there what they did in Slack. */
export class TranslatedLog {
  readonly #writer: LineWriter;
  readonly #ids: SlackIds;
  readonly #workspaceId: string;
  #state: WorkspaceState;
  /** Heads that are needed again, however long ago their messages were written. */
  readonly #kept = new Map<string, MessageHead>();
  #pending:
    | { readonly route: Route; readonly id: string; events: Array<WorkspaceEvent>; size: number }
    | undefined;
  version = 0;

  constructor(writer: LineWriter, ids: SlackIds, workspaceId: string) {
    this.#writer = writer;
    this.#ids = ids;
    this.#workspaceId = workspaceId;
    this.#state = WorkspaceDecider.initial(workspaceId);
  }

  /** The workspace as it stands after what was written so far; not to be changed. */
  get state(): WorkspaceState {
    return this.#state;
  }

  /** Holds on to what rules need to know of a message that will be replied to or pinned. */
  keep(messageId: string): void {
    const head = this.#state.heads.get(messageId);
    if (head) this.#kept.set(messageId, head);
  }

  /** Does what a command asks for, unless the rules forbid it; returns why. */
  async send(deed: Deed, command: WorkspaceCommand): Promise<Rejection | undefined> {
    for (const id of WorkspaceDecider.missing!(this.#state, command)) {
      const head = this.#kept.get(id);
      if (head) WorkspaceDecider.restore!(this.#state, [{ id, head }]);
    }
    const decided = this.#decide(deed, command);
    if (Result.isFailure(decided)) return decided.failure;
    if (decided.success.length > 0) await this.record(deed, WorkspaceDecider.route(command), decided.success);
    return undefined;
  }

  /** Records events that follow from no command. */
  async record(deed: Deed, route: Route, events: ReadonlyArray<NewEvent>): Promise<void> {
    const stamped = events.map((event, i) => this.#stamp(deed, event, i));
    await this.#append(route, stamped);
    for (const event of stamped) {
      this.#state = WorkspaceDecider.evolve(this.#state, event);
      this.#keepCurrent(event.payload);
    }
  }

  /** Writes the last commit. */
  async finish(): Promise<void> {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending) await this.#writer.write({ id: pending.id, ...pending.route, events: pending.events });
  }

  /** Who wrote somewhere may have left since: then the rules are asked as if it were there still. */
  #decide({ actor, at }: Deed, command: WorkspaceCommand) {
    const context = { aggregate: this.#workspaceId, actor: { user_id: actor }, at: timeText(at) };
    const channel = "channelId" in command ? this.#state.channels.get(command.channelId) : undefined;
    const guest = channel !== undefined && !channel.members.has(actor);
    if (guest) channel.members.add(actor);
    try {
      return WorkspaceDecider.decide(this.#state, command, context);
    } finally {
      if (guest) channel.members.delete(actor);
    }
  }

  #stamp({ key, at, actor }: Deed, event: NewEvent, i: number): WorkspaceEvent {
    const { type, payload, ...fields } = event;
    const cause = this.#ids.of("cmd", at, ...key);
    return {
      id: this.#ids.of("evt", at, ...key, String(i)),
      type,
      v: upcastWorkspaceEvent.formats[type] ?? 1,
      workspace_id: this.#workspaceId,
      ...fields,
      version: ++this.version,
      at: timeText(at),
      actor: { user_id: actor },
      causation_id: cause,
      correlation_id: cause,
      payload,
    } as unknown as WorkspaceEvent;
  }

  /** Deeds of one kind in one place that follow one another share a commit. */
  async #append(route: Route, events: ReadonlyArray<WorkspaceEvent>): Promise<void> {
    const size = JSON.stringify(events.map(({ payload }) => payload)).length;
    const pending = this.#pending;
    const fits =
      pending?.route.scope === route.scope &&
      pending.route.type === route.type &&
      pending.size + size <= MAX_COMMIT_CHARACTERS &&
      pending.events.length + events.length <= MAX_COMMIT_EVENTS;
    if (fits) {
      pending.events.push(...events);
      pending.size += size;
      return;
    }
    await this.finish();
    const [first] = events;
    const id = this.#ids.of("cmt", Date.parse(first!.at), first!.id);
    this.#pending = { route, id, events: [...events], size };
  }

  #keepCurrent(payload: WorkspaceEvent["payload"]): void {
    for (const name of ["message_id", "root_message_id"] as const) {
      const id = (payload as Readonly<Record<string, unknown>>)[name];
      if (typeof id === "string" && this.#kept.has(id)) this.keep(id);
    }
  }
}

const timeText = (at: number): string => new Date(at).toISOString();
