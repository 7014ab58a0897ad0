import { BOT_ACCESS, type OperationId } from "./BotAccess.ts";

/** Kinds of requests that are counted apart from each other; `connect` is an upgrade to WebSocket. */
export const LIMIT_CLASSES = ["read", "write", "search", "upload", "auth", "connect"] as const;
export type LimitClass = (typeof LIMIT_CLASSES)[number];

/** Operations that are counted otherwise than their method says, or not at all: what a load balancer asks for again and again. */
const EXCEPTIONS: { readonly [Id in OperationId]?: LimitClass | "unlimited" } = {
  healthz: "unlimited",
  readyz: "unlimited",
  search: "search",
  createUpload: "upload",
};

/** What a request of somebody who signed in counts as, unless it is one of the exceptions. */
export const limitClassOfMethod = (method: string): LimitClass =>
  method === "GET" || method === "HEAD" ? "read" : "write";

/** What an operation counts as: `auth` where nobody signs in for it, else by its method; undefined for those without a limit. */
export const limitClassOf = (operation: OperationId, method: string): LimitClass | undefined => {
  const exception = EXCEPTIONS[operation];
  if (exception !== undefined) return exception === "unlimited" ? undefined : exception;
  if (BOT_ACCESS[operation] === "open") return "auth";
  return limitClassOfMethod(method);
};
