import { backoff } from "@clickclack/sdk/backoff";
import type { ClickClack } from "@clickclack/sdk/ClickClack";
import { ClickClackError } from "@clickclack/sdk/ClickClackError";
import type { Operations } from "@clickclack/sdk/Operation";

/** The chat ended before there was an answer. */
export class ChatEnded extends Error {}

/** What is typed waits no longer than this, s, to be sent again by itself; else it is refused. */
const LONGEST_WAIT_SECONDS = 60;

/** Whether the same request may be answered otherwise later: no server was reached, or it could not do its work. */
const isTransient = (error: unknown): boolean =>
  error instanceof ClickClackError
    ? error.status === 408 || (error.status >= 500 && error.status !== 501)
    : (error instanceof TypeError && error.cause !== undefined) || error instanceof DOMException;

/** Whether nobody answered at all. */
export const isUnanswered = (error: unknown): boolean =>
  !(error instanceof ClickClackError) && isTransient(error);

/** Asks the server until it answers, over lost connections, for as long as the chat lasts. */
export class Remote {
  readonly #sdk: ClickClack;
  readonly #onSignedOut: (error: ClickClackError) => void;
  readonly #wakers = new Set<() => void>();
  #online = false;
  #ended = false;

  constructor(sdk: ClickClack, onSignedOut: (error: ClickClackError) => void) {
    this.#sdk = sdk;
    this.#onSignedOut = onSignedOut;
  }

  get sdk(): ClickClack {
    return this.#sdk;
  }

  get isOnline(): boolean {
    return this.#online;
  }

  /** The live connection is there and has caught up, or is away. */
  set online(online: boolean) {
    this.#online = online;
    if (online) this.#wakeAll();
  }

  end(): void {
    this.#ended = true;
    this.#wakeAll();
  }

  /** Resolves once the live connection is there. Throws {@link ChatEnded}. */
  async whenOnline(): Promise<void> {
    while (!this.#online && !this.#ended) await this.#woken();
    if (this.#ended) throw new ChatEnded();
  }

  /**
   * The answer to a call, which is made again after a lost one: give it what makes it the same. `patient` waits where the
   * server says that it is too much. Throws ClickClackError for what is refused, and {@link ChatEnded}.
   */
  keep<A>(call: (api: Operations) => Promise<A>, patient = false): Promise<A> {
    return this.#ask(call, ({ retryAfter = 1 }) => (patient ? retryAfter : undefined));
  }

  /**
   * As {@link keep}, for what somebody typed: what comes too soon is sent again if the wait is short, of which `onWait` is
   * told in seconds.
   */
  keepTyped<A>(call: (api: Operations) => Promise<A>, onWait: (seconds: number) => void): Promise<A> {
    return this.#ask(call, ({ retryAfter = 1 }) => {
      if (retryAfter > LONGEST_WAIT_SECONDS) return undefined;
      onWait(retryAfter);
      return retryAfter;
    });
  }

  async #ask<A>(
    call: (api: Operations) => Promise<A>,
    waitFor: (limited: ClickClackError) => number | undefined,
  ): Promise<A> {
    for (let attempt = 1; ; attempt++) {
      if (this.#ended) throw new ChatEnded();
      try {
        return await call(this.#sdk.api);
      } catch (error) {
        if (this.#ended) throw new ChatEnded();
        if (error instanceof ClickClackError && error.status === 401) this.#onSignedOut(error);
        const limited = error instanceof ClickClackError && error.status === 429;
        const seconds = limited ? waitFor(error) : undefined;
        if (seconds !== undefined) await this.#pause(seconds * 1_000);
        else if (isTransient(error)) await this.#woken(backoff(attempt));
        else throw error;
      }
    }
  }

  /** Resolves when so many ms are over, or the chat ended. */
  async #pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !this.#ended; left = until - performance.now()) await this.#woken(left);
  }

  /** Resolves when the connection is back, the chat ends, or so many ms are over. */
  async #woken(withinMs?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wakers.add(resolve);
    const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
    await promise;
    clearTimeout(timer);
    this.#wakers.delete(resolve);
  }

  #wakeAll(): void {
    for (const wake of this.#wakers) wake();
  }
}
