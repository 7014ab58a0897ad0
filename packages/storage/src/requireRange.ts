import type { ByteRange } from "./FileStore.ts";

/** @throws RangeError unless the part lies within a file of this many bytes */
export const requireRange = ({ first, last }: ByteRange, byteSize = Number.MAX_SAFE_INTEGER): void => {
  const whole = Number.isSafeInteger(first) && Number.isSafeInteger(last);
  if (!whole || first < 0 || last < first || last >= byteSize) {
    throw new RangeError(`bytes ${first} to ${last} do not lie within the file`);
  }
};
