import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isFromThisMachine } from "../authentication/origin.ts";
import type { HttpRequest } from "../http/HttpRequest.ts";

/**
 * Where people reach this deployment. Only this machine's own requests are believed about it: whoever else may name any
 * host, and would have links to it mailed. Throws 501.
 */
export const publicBase = (request: HttpRequest, publicUrl: string | undefined): string => {
  if (publicUrl !== undefined) return publicUrl;
  if (isFromThisMachine(request)) return `http://${request.headers["host"]}`;
  throw new ApiFailure(
    "not_configured",
    "this server does not know its own address; its operator sets it with --public-url https://…",
  );
};
