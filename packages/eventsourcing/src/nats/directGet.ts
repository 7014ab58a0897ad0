import type { Msg } from "@nats-io/transport-node";
import { createInbox } from "@nats-io/transport-node";
import { StoreUnavailable } from "../EventStore.ts";
import type { Nats } from "./Nats.ts";

/** A stored message, read without a consumer. */
export interface DirectMessage {
  readonly subject: string;
  readonly seq: number;
  readonly data: Uint8Array;
  /** How many more messages match after this one; 0 for a single read. */
  readonly pending: number;
}

const TIMEOUT_MS = 5_000;
/** Bytes of one batch: far below what a client may have pending at the server before it counts as slow. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

const messageOf = (msg: Msg): DirectMessage => ({
  subject: msg.headers?.get("Nats-Subject") ?? "",
  seq: Number(msg.headers?.get("Nats-Sequence")),
  data: msg.data,
  pending: Number(msg.headers?.get("Nats-Num-Pending") ?? 0),
});

const collect = (
  nats: Nats,
  subject: string,
  request: object | undefined,
): Promise<ReadonlyArray<DirectMessage>> =>
  new Promise((resolve, reject) => {
    const found: Array<DirectMessage> = [];
    const inbox = createInbox();
    const finish = (error?: Error) => {
      clearTimeout(timer);
      stopFollowing();
      subscription.unsubscribe();
      if (error) reject(error);
      else resolve(found);
    };
    const subscription = nats.connection.subscribe(inbox, {
      callback: (error, msg) => {
        if (error) return finish(new StoreUnavailable(error.message, { cause: error }));
        const code = msg.headers?.code ?? 0;
        if (code === 404 || code === 204) return finish();
        // An empty body without a stored sequence is the server's "no responders".
        if (code === 503) return finish(new StoreUnavailable("the stream has no leader or does not exist"));
        if (code !== 0)
          return finish(new StoreUnavailable(`read refused: ${code} ${msg.headers?.description}`));
        found.push(messageOf(msg));
        // Without a count of what is pending it is the one answer to a single read.
        if (!msg.headers?.has("Nats-Num-Pending")) finish();
      },
    });
    const stopFollowing = nats.onState((state) => {
      if (state === "disconnected") finish(new StoreUnavailable("NATS went away during a read"));
    });
    const timer = setTimeout(
      () => finish(new StoreUnavailable("NATS did not answer a read in time")),
      TIMEOUT_MS,
    );
    nats.connection.publish(subject, request ? JSON.stringify(request) : undefined, { reply: inbox });
  });

/** Up to `batch` messages from sequence `seq` on whose subject matches `filter`, in order. */
export const directBatch = async (
  nats: Nats,
  stream: string,
  filter: string,
  seq: number,
  batch: number,
): Promise<ReadonlyArray<DirectMessage>> => {
  nats.requireConnected();
  return collect(nats, `$JS.API.DIRECT.GET.${stream}`, {
    seq: Math.max(seq, 1),
    batch,
    max_bytes: MAX_BATCH_BYTES,
    next_by_subj: filter,
  });
};

/** The message at a sequence, or the newest one of a subject (wildcards allowed); undefined where there is none. */
export const directOne = async (
  nats: Nats,
  stream: string,
  request: { readonly seq: number } | { readonly last_by_subj: string },
): Promise<DirectMessage | undefined> => {
  nats.requireConnected();
  return (await collect(nats, `$JS.API.DIRECT.GET.${stream}`, request))[0];
};
