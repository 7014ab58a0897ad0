import { expect } from "vitest";
import type { Load } from "./Load.ts";
import type { Reader } from "./Reader.ts";
import type { Log } from "./readLog.ts";

/** Versions, each channel's numbers and the nonces of a log are whole, and it holds exactly what was acknowledged. */
export const expectDelivered = (log: Log, load: Pick<Load, "acknowledged">): void => {
  const nextSeq = new Map<string, number>();
  const byNonce = new Map<string, string>();
  const faults: Array<string> = [];
  for (const [i, event] of log.events.entries()) {
    if (event.version !== i + 1) faults.push(`version ${event.version} where ${i + 1} was to come`);
    if (event.type !== "message.created") continue;
    const { channel_seq: seq, nonce, message_id: id, body } = event.payload;
    const expected = nextSeq.get(event.channel_id!) ?? 1;
    if (seq !== expected) faults.push(`${event.channel_id}: seq ${seq} where ${expected} was to come`);
    nextSeq.set(event.channel_id!, seq + 1);
    if (nonce === undefined) continue;
    if (byNonce.has(nonce)) faults.push(`nonce ${nonce} is stored twice`);
    byNonce.set(nonce, [id, event.channel_id, seq, body].join(" "));
  }
  for (const { id, channelId, seq, nonce, body } of load.acknowledged) {
    const stored = byNonce.get(nonce);
    if (stored !== [id, channelId, seq, body].join(" "))
      faults.push(`acknowledged ${nonce} is ${stored ?? "not stored"}`);
    byNonce.delete(nonce);
  }
  for (const nonce of byNonce.keys()) faults.push(`nonce ${nonce} is stored and nobody was told`);
  expect(faults).toEqual([]);
};

/** A reader got every event of the log that clients are shown, once, in order, and nothing else. */
export const expectSawAll = (reader: Reader, log: Log): void => {
  expect(reader.faults).toEqual([]);
  const place = ({ cursor, id }: { readonly cursor: string; readonly id: string }) => `${cursor} ${id}`;
  expect(reader.events.map(place)).toEqual(log.frames.map(place));
};
