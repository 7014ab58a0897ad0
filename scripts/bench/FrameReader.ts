/** Splits what a server sends over a WebSocket into frames; only the headers are read. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Calls `see` with each whole frame's payload; it may not keep it. */
  push(chunk: Buffer, see: (payload: Buffer) => void): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const payload = payloadAt(data, at);
      if (payload === undefined || payload.end > data.length) break;
      see(data.subarray(payload.start, payload.end));
      at = payload.end;
    }
    // A copy: the chunk's memory is used for the next one.
    this.#rest = Buffer.from(data.subarray(at));
  }
}

const payloadAt = (
  data: Buffer,
  at: number,
): { readonly start: number; readonly end: number } | undefined => {
  if (data.length < at + 2) return undefined;
  const short = data[at + 1]! & 0x7f;
  if (short < 126) return { start: at + 2, end: at + 2 + short };
  const wide = short === 127;
  const start = at + (wide ? 10 : 4);
  if (data.length < start) return undefined;
  return { start, end: start + (wide ? Number(data.readBigUInt64BE(at + 2)) : data.readUInt16BE(at + 2)) };
};
