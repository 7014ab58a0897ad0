import { Readable } from "node:stream";

const PIECE = 64 * 1_024;

/** So many MiB, each piece made when it is asked for, as a network makes them. */
export const generated = (mebibytes: number): Readable => {
  let left = mebibytes * 16;
  return new Readable({
    read() {
      this.push(left-- > 0 ? Buffer.alloc(PIECE, left) : null);
    },
  });
};
