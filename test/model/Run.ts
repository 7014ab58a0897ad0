import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { User } from "@clickclack/protocol/http/shapes";
import { expect } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import type { Operator } from "../support/Operator.ts";
import { type Action, isOperation, PERSONAL } from "./Action.ts";
import { carryOut, keepPersonal } from "./carryOut.ts";
import { expectAnswer } from "./expectAnswer.ts";
import { expectReplays } from "./expectReplays.ts";
import { expectedView } from "./expectedView.ts";
import { judge } from "./judge.ts";
import { Model } from "./Model.ts";
import { observedView } from "./observedView.ts";
import { type Outcome, perform } from "./perform.ts";
import { resolve } from "./resolve.ts";
import type { Step } from "./Step.ts";
import { Watcher } from "./Watcher.ts";

export interface Person {
  readonly user: User;
  readonly client: ApiClient;
}

/** What runs share: they do not disturb each other, as each has a workspace of its own. */
export interface Stage {
  readonly nodes: ReadonlyArray<ClickClack>;
  readonly operator: Operator;
  /** The first owns every workspace; the last belongs to it only when a run makes it so. */
  readonly people: ReadonlyArray<Person>;
}

const FIRST_ROLES = ["moderator", "member", "member", "guest"] as const;
/** More than a run has commits. */
const MANY = 100_000;

/** One sequence of steps in a new workspace, and the model beside it. */
export class Run {
  readonly #stage: Stage;
  readonly #workspaceId: string;
  readonly #model: Model;
  readonly #watchers = new Map<string, Watcher>();
  readonly #trace: Array<string> = [];
  #commands = 0;
  #version = 0;
  #seq = 0;

  private constructor(stage: Stage, workspaceId: string) {
    this.#stage = stage;
    this.#workspaceId = workspaceId;
    this.#model = new Model(new Map(stage.people.map(({ user }) => [user.id, user.handle])));
  }

  /** Carries all of it out, and compares everything that anybody sees at every gateway in the end. */
  static async of(stage: Stage, batches: ReadonlyArray<ReadonlyArray<Step>>): Promise<void> {
    const { id } = await stage.people[0]!.client.createWorkspace("Model");
    const run = new Run(stage, id);
    try {
      await run.#begin();
      for (const batch of batches) await run.#take(batch);
      await run.#finish();
    } catch (error) {
      throw new Error(`${(error as Error).message}\nafter\n${run.#trace.join("\n")}`, { cause: error });
    } finally {
      for (const watcher of run.#watchers.values()) watcher.close();
    }
  }

  async #begin(): Promise<void> {
    const { people, nodes } = this.#stage;
    const [owner, ...others] = people.map(({ user }) => user.id);
    this.#model.members.set(owner!, { role: "owner", blocked: false });
    await this.#newEvents();
    for (const { user, client } of people) {
      const watching = { user: user.id, workspaceId: this.#workspaceId, headers: client.headers };
      this.#watchers.set(user.id, new Watcher(this.#model, watching));
    }
    await this.#watchers.get(owner!)!.connect(nodes[0]!);
    for (const [i, role] of FIRST_ROLES.entries())
      await this.#act([{ by: "operator", operation: { type: "addMember", whom: others[i]!, role } }], i);
    await this.#act([{ by: owner!, request: { type: "createChannel", name: "talk", kind: "public" } }], 0);
  }

  async #take(batch: ReadonlyArray<Step>): Promise<void> {
    const { people, nodes } = this.#stage;
    const [first] = batch;
    const person = people[first!.by % people.length]!;
    const node = nodes[first!.at % nodes.length]!;
    if (first!.kind === "look") return this.#look(person, node);
    if (first!.kind === "reconnect") return this.#reconnect(person, node);
    const ids = people.map(({ user }) => user.id);
    const actions = batch.flatMap((step) => resolve(this.#model, ids, step) ?? []);
    await this.#act(withoutRaces(actions), first!.at);
  }

  async #look({ user, client }: Person, node: ClickClack): Promise<void> {
    this.#trace.push(`${user.id} looks at everything`);
    const known = { workspaceId: this.#workspaceId, places: [...this.#model.places.values()] };
    expect(await observedView(client.at(node.url), known)).toEqual(expectedView(this.#model, user.id));
  }

  async #reconnect({ user }: Person, node: ClickClack): Promise<void> {
    const watcher = this.#watchers.get(user.id)!;
    if (!watcher.isConnected) return;
    this.#trace.push(`${user.id} connects anew`);
    await watcher.reconnect(node);
  }

  /** Carries these out at the same time, each at the gateway after the other's, and finds the one order that explains the answers. */
  async #act(actions: ReadonlyArray<Action>, at: number): Promise<void> {
    const { people, nodes, operator } = this.#stage;
    const outcomes = await Promise.all(
      actions.map((action, i) => {
        const id = `model-${++this.#commands}`;
        const client = people.find(({ user }) => user.id === action.by)?.client;
        const node = nodes[(at + i) % nodes.length]!;
        const sender = client?.at(node.url) ?? operator;
        return perform({ model: this.#model, workspaceId: this.#workspaceId, id }, action, sender);
      }),
    );
    this.#trace.push(outcomes.map(({ line }) => line).join("\n  and at the same time "));
    const events = Map.groupBy(await this.#newEvents(), ({ correlation_id: id }) => id);
    const first = ({ id }: Outcome) => events.get(id)![0]!.version;
    const stored = outcomes.filter(({ id }) => events.has(id)).toSorted((a, b) => first(a) - first(b));
    let others = this.#explain(outcomes.filter(({ id }) => !events.has(id)));
    for (const outcome of stored) {
      this.#apply(outcome, events.get(outcome.id)!, actions.length === 1);
      others = this.#explain(others);
    }
    expect(
      others.map(({ line, answer }) => [line, answer]),
      "answered what the model would at no time answer",
    ).toEqual([]);
    for (const { action } of outcomes) await this.#followAccess(action, nodes[at % nodes.length]!);
  }

  /** What was stored since the last look, whose versions go on without a gap. */
  async #newEvents(): Promise<ReadonlyArray<WorkspaceEvent>> {
    const commits = await this.#stage.operator.deployment.chatStore.read(this.#workspaceId, this.#seq, MANY);
    const events = commits.flatMap(({ commit }) => commit.events);
    expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => this.#version + i + 1));
    this.#version += events.length;
    this.#seq = commits.at(-1)?.seq ?? this.#seq;
    return events;
  }

  /** Those of the outcomes that changed nothing and are not what is to be answered right now. */
  #explain(outcomes: ReadonlyArray<Outcome>): ReadonlyArray<Outcome> {
    return outcomes.filter(({ action, answer }) => {
      const { changes, ...verdict } = judge(this.#model, action);
      const fits =
        !changes &&
        verdict.status === answer.status &&
        verdict.code === answer.body.code &&
        verdict.readSeq === answer.body.receipt?.last_read_seq;
      if (!fits) return true;
      if (answer.status >= 300 || isOperation(action)) return false;
      expectAnswer(this.#model, { action, answer, told: [], alone: false });
      const at = answer.body.draft?.updated_at ?? "";
      keepPersonal(this.#model, action.by, action.request, { at, ...verdict });
      return false;
    });
  }

  #apply({ action, answer, line }: Outcome, events: ReadonlyArray<WorkspaceEvent>, alone: boolean): void {
    const verdict = judge(this.#model, action);
    const answered = { status: answer.status, code: answer.body.code, changes: true };
    expect(answered, line).toEqual({ status: verdict.status, code: verdict.code, changes: verdict.changes });
    const { message, channel, conversation } = answer.body;
    const id = (message ?? channel ?? conversation)?.id ?? "";
    const told = carryOut(this.#model, action, { id, at: events[0]!.at });
    for (const { place, about, digest } of told) {
      const type = digest.slice(0, digest.indexOf(" "));
      const { version } = events.find((event) => event.type === type)!;
      const event = {
        version,
        digest: `${place ?? "everywhere"} ${digest}`,
        ...(place !== undefined && { place }),
        ...(about !== undefined && { about }),
      };
      this.#model.events.push(event);
      for (const watcher of this.#watchers.values()) watcher.hear(event);
    }
    expectAnswer(this.#model, { action, answer, told, alone });
  }

  /** Sockets of who lost its access are closed; who gained it connects. */
  async #followAccess(action: Action, node: ClickClack): Promise<void> {
    if (!isOperation(action)) return;
    const { whom } = action.operation;
    const watcher = this.#watchers.get(whom)!;
    const member = this.#model.standing(whom) === "member";
    if (member && !watcher.isConnected) await watcher.connect(node);
    if (!member) await watcher.expectClosed();
  }

  async #finish(): Promise<void> {
    for (const watcher of this.#watchers.values()) await watcher.check();
    for (const person of this.#stage.people) {
      for (const node of this.#stage.nodes) await this.#look(person, node);
      const client = person.client.at(this.#stage.nodes.at(-1)!.url);
      await expectReplays(this.#model, { user: person.user.id, workspaceId: this.#workspaceId, client });
    }
  }
}

/** Of what one person does to its own state of one place at the same time, the first alone: the log does not order these. */
const withoutRaces = (actions: ReadonlyArray<Action>): ReadonlyArray<Action> => {
  const seen = new Set<string>();
  return actions.filter((action) => {
    if (isOperation(action) || !PERSONAL.has(action.request.type)) return true;
    const key = `${action.by} ${"place" in action.request ? action.request.place : ""}`;
    return seen.size !== seen.add(key).size;
  });
};
