import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AuditPlace } from "@clickclack/workspace/projections/listAudit";

/** A place in an audit log as an opaque text. */
export const encodeAuditPlace = ({ at, version }: AuditPlace): string =>
  Buffer.from(`${at} ${version}`).toString("base64url");

/** The inverse; throws 400 for a text that no page ended with. */
export const decodeAuditPlace = (cursor: string): AuditPlace => {
  const [at = "", count = "", more] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  const [time, version] = [Date.parse(at), Number(count)];
  const good = time >= 0 && /^\d{4}-/.test(at) && new Date(time).toISOString() === at;
  if (good && /^\d{1,15}$/.test(count) && more === undefined) return { at, version };
  throw new ApiFailure("invalid_request", "this cursor is none of this list");
};
