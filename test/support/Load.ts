import type { Message } from "@clickclack/protocol/http/shapes";
import type { ApiClient } from "./ApiClient.ts";
import { until } from "./until.ts";

/** A message whose writer was told that it is stored. */
export interface Acknowledged {
  readonly id: string;
  readonly channelId: string;
  readonly seq: number;
  readonly nonce: string;
  readonly body: string;
}

export interface LoadOptions {
  /** Writers are dealt out to these in turn. */
  readonly clients: ReadonlyArray<ApiClient>;
  /** Each writer posts to these in turn. */
  readonly channels: ReadonlyArray<string>;
  readonly writers: number;
  /** Messages of each writer; without end when absent. */
  readonly each?: number;
  /** Further fields of every message. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A server that does not answer within this is as bad as one that is gone. */
const ANSWER_WITHIN_MS = 20_000;
/** How long a writer tries to get one message through. */
const DELIVER_WITHIN_MS = 60_000;
const TRY_AGAIN_AFTER_MS = 25;

/** Writers that send each message, with a nonce of its own, until it is acknowledged, and remember that it was. */
export class Load {
  readonly acknowledged: Array<Acknowledged> = [];
  /** How often something else than success came back, by status; `0` when no answer came at all. */
  readonly refusals = new Map<number, number>();
  /** The longest that one request was waiting for its answer, whichever it was, in ms. */
  slowestAnswerMs = 0;
  readonly #options: LoadOptions;
  readonly #writers: ReadonlyArray<Promise<void>>;
  #stopped = false;

  private constructor(options: LoadOptions) {
    this.#options = options;
    this.#writers = Array.from({ length: options.writers }, (_, writer) => this.#write(writer));
    // A writer that failed is reported by `finished` or `stop`.
    for (const writer of this.#writers) writer.catch(() => undefined);
  }

  static start(options: LoadOptions): Load {
    return new Load(options);
  }

  /** Resolves when every writer has sent all of its messages; rejects with what no retry could mend. */
  async finished(): Promise<void> {
    await Promise.all(this.#writers);
  }

  /** Begins no more messages; resolves when those begun are acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.finished();
  }

  /** Resolves once `more` messages than now were acknowledged. */
  async progress(more: number, deadlineMs = 30_000): Promise<void> {
    const goal = this.acknowledged.length + more;
    await until(() => this.acknowledged.length >= goal, {
      what: `${more} more acknowledged messages`,
      deadlineMs,
    });
  }

  async #write(writer: number): Promise<void> {
    const { clients, channels, each = Number.POSITIVE_INFINITY } = this.#options;
    const client = clients[writer % clients.length]!;
    for (let i = 0; i < each && !this.#stopped; i++) {
      const channelId = channels[(writer + i) % channels.length]!;
      await this.#deliver(client, channelId, `message ${i} of writer ${writer}`);
    }
  }

  async #deliver(client: ApiClient, channelId: string, body: string): Promise<void> {
    const nonce = crypto.randomUUID();
    const message = await until(
      () => this.#attempt(client, channelId, { ...this.#options.extra, body, nonce }),
      {
        what: `${nonce} to be acknowledged`,
        deadlineMs: DELIVER_WITHIN_MS,
        everyMs: TRY_AGAIN_AFTER_MS,
      },
    );
    if (message instanceof Error) throw message;
    this.acknowledged.push({ id: message.id, channelId, seq: message.channel_seq!, nonce, body });
  }

  async #attempt(client: ApiClient, channelId: string, body: object): Promise<Message | Error | undefined> {
    const started = performance.now();
    const answer = await client
      .request("POST", `/api/channels/${channelId}/messages`, {
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      })
      .catch(() => undefined);
    this.slowestAnswerMs = Math.max(this.slowestAnswerMs, performance.now() - started);
    const status = answer?.status ?? 0;
    if (status === 200 || status === 201) return answer!.body.message as Message;
    this.refusals.set(status, (this.refusals.get(status) ?? 0) + 1);
    if (status === 0 || status === 503) return undefined;
    return new Error(`a post was answered ${status}: ${JSON.stringify(answer!.body)}`);
  }
}
