import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { ByteRange } from "@clickclack/storage/FileStore";

/**
 * The part of a file that a `Range` header asks for; undefined for all of it, which is also the answer to several
 * ranges and to other units. Throws 416 when the file has no such part.
 */
export const byteRange = (header: string | undefined, byteSize: number): ByteRange | undefined => {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (!match) return undefined;
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return undefined;
  const first = from === "" ? Math.max(0, byteSize - Number(to)) : Number(from);
  const last = from === "" || to === "" ? byteSize - 1 : Math.min(Number(to), byteSize - 1);
  // Backwards is no range at all, and is as good as none.
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  if (first >= byteSize || last < first) {
    throw new ApiFailure("range_not_satisfiable", `the file has ${byteSize} bytes`, {
      headers: { "Content-Range": `bytes */${byteSize}` },
    });
  }
  return { first, last };
};
