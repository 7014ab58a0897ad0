import { expect } from "vitest";
import type { ClickClack } from "../support/ClickClack.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { versionOf } from "../support/versionOf.ts";
import { digestOf } from "./digestOf.ts";
import type { Model, ModelEvent } from "./Model.ts";

export interface Watching {
  readonly user: string;
  readonly workspaceId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A person's client: connected while it may be, anywhere, and expecting exactly what its person may see, once each, in order. */
export class Watcher {
  readonly #watching: Watching;
  readonly #model: Model;
  #socket: EventSocket | undefined;
  #expected: Array<string> = [];
  #cursor: string | undefined;

  constructor(model: Model, watching: Watching) {
    this.#model = model;
    this.#watching = watching;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects, and expects what it missed since the last event that it got, as its access stands now. */
  async connect(node: ClickClack): Promise<void> {
    const { user, workspaceId, headers } = this.#watching;
    const from = this.#cursor === undefined ? 0 : versionOf(this.#cursor);
    const missed = this.#model.events.filter(({ version }) => version > from);
    this.#expected = missed.filter((event) => this.#model.hears(user, event)).map(({ digest }) => digest);
    const after = this.#cursor === undefined ? {} : { afterCursor: this.#cursor };
    this.#socket = await EventSocket.open(node.webSocketUrl, { workspaceId, headers, ...after });
  }

  /** Drops its connection, with everything got until now as expected, and goes on elsewhere. */
  async reconnect(node: ClickClack): Promise<void> {
    await this.check();
    this.close();
    await this.connect(node);
  }

  /** Something happened: it is to be told of it if it may see it now. */
  hear(event: ModelEvent): void {
    if (this.#socket && this.#model.hears(this.#watching.user, event)) this.#expected.push(event.digest);
  }

  /** Got exactly what it was to get of everything that was acknowledged before. */
  async check(): Promise<void> {
    if (!this.#socket) return;
    await this.#socket.barrier();
    this.#compare();
  }

  /** The server ends the connection of who lost its access. */
  async expectClosed(): Promise<void> {
    if (!this.#socket) return;
    expect((await this.#socket.whenClosed()).code).toBe(1008);
    this.#compare();
    this.#socket = undefined;
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #compare(): void {
    const { events } = this.#socket!;
    expect(events.map(digestOf), `frames of ${this.#watching.user}`).toEqual(this.#expected);
    const versions = events.map(({ cursor }) => versionOf(cursor));
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    this.#cursor = events.at(-1)?.cursor ?? this.#cursor;
  }
}
