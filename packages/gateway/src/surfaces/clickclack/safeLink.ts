import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isSafeLink } from "@clickclack/protocol/safeLink";

/** An address that may stand where people click. Throws 400, naming the field it came in. */
export const safeLink = (field: string, url: string, options: { readonly paths?: boolean } = {}): string => {
  if (isSafeLink(url, options)) return url;
  const rule = `must begin with http:// or https://${options.paths ? ", or with one /" : ""}`;
  throw new ApiFailure("invalid_request", `${field} ${rule}`, { issues: [{ path: field, message: rule }] });
};
