import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import { MAX_BUFFERED_BYTES } from "../../Hub.ts";

/** Bytes of messages that are told at once: whoever reads slowly has room for what is said meanwhile. */
export const MAX_TOLD_BYTES = MAX_BUFFERED_BYTES / 4;
/** What stands around a text: names, an id and a time. */
const AROUND_BYTES = 512;

/** What a message takes on a socket, at the most. */
export const toldBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) + AROUND_BYTES;

type MessageFrame = Extract<TerminalFrame, { type: "message" }>;

/** The newest messages that may be told at once. */
export const newestToTell = <Frame extends MessageFrame>(
  frames: ReadonlyArray<Frame>,
): ReadonlyArray<Frame> => {
  let bytes = 0;
  const tooOld = frames.findLastIndex(({ text }) => (bytes += toldBytes(text)) > MAX_TOLD_BYTES);
  return frames.slice(tooOld + 1);
};
