import type { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import type { Caller } from "../authentication/Caller.ts";
import type { Readable } from "node:stream";
import type { HttpReply } from "./HttpReply.ts";
import type { HttpRequest } from "./HttpRequest.ts";

type Part<Schema> = [Schema] extends [never]
  ? undefined
  : Schema extends { readonly Type: infer A }
    ? A
    : undefined;

/** A decoded request of one endpoint. */
export interface Decoded<Endpoint extends HttpApiEndpoint.ConstraintRequest> {
  readonly params: Part<Endpoint["~Params"]>;
  readonly query: Part<Endpoint["~Query"]>;
  readonly payload: Part<Endpoint["~Payload"]>;
  readonly headers: Part<Endpoint["~Headers"]>;
  readonly request: HttpRequest;
  /** The body as it came, for fingerprints of idempotency keys. */
  readonly rawBody: Uint8Array;
  /** The body as it comes, of the endpoints that read it so; their `payload` and `rawBody` are empty. */
  readonly body: Readable | undefined;
  readonly caller: Caller;
}

type Success<Endpoint extends HttpApiEndpoint.ConstraintRequest> = Endpoint["~Success"]["Type"];

export type Handler<Endpoint extends HttpApiEndpoint.ConstraintRequest> = (
  request: Decoded<Endpoint>,
) => Promise<HttpReply<Success<Endpoint>>>;

/** A handler for every endpoint of a group: the compiler tells when one is missing or answers something else. */
export type Handlers<Group extends HttpApiGroup.Constraint> = {
  readonly [
    Endpoint in HttpApiGroup.Endpoints<Group> as Endpoint["identifier"]
  ]: Endpoint extends HttpApiEndpoint.ConstraintRequest ? Handler<Endpoint> : never;
};
