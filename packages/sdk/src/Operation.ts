import type { Api } from "@clickclack/protocol/http/Api";
import type { HttpApi, HttpApiGroup } from "effect/http-api";

type Groups = typeof Api extends HttpApi.HttpApi<string, infer Group> ? Group : never;
type Endpoint = HttpApiGroup.Endpoints<Groups>;
type EndpointOf<Id extends OperationId> = Extract<Endpoint, { readonly identifier: Id }>;

/** Name of an operation of the API, as `operationId` in openapi.yaml. */
export type OperationId = Endpoint["identifier"];

type TypeOf<Schema> = [Schema] extends [never]
  ? undefined
  : Schema extends { readonly Type: infer A }
    ? A
    : undefined;

type Part<Name extends string, Value> = Value extends undefined
  ? { readonly [Key in Name]?: undefined }
  : // oxlint-disable-next-line typescript/no-empty-object-type
    {} extends Value
    ? { readonly [Key in Name]?: Value }
    : { readonly [Key in Name]: Value };

/**
 * What an operation takes: the parts of its path, its query, and its JSON body. One operation at a time: every path with
 * every query and every body would be more types than the compiler bears.
 */
export type Parameters<Id extends OperationId> = Id extends OperationId
  ? Part<"params", TypeOf<EndpointOf<Id>["~Params"]>> &
      Part<"query", TypeOf<EndpointOf<Id>["~Query"]>> &
      Part<"body", TypeOf<EndpointOf<Id>["~Payload"]>> & {
        /** The same key and body give the same answer, however often they are sent. */
        readonly idempotencyKey?: string;
        /** Ends the wait for an answer. */
        readonly signal?: AbortSignal;
      }
  : never;

/** The same as arguments: none is needed where an operation takes nothing. */
export type Given<Id extends OperationId> =
  // oxlint-disable-next-line typescript/no-empty-object-type
  {} extends Parameters<Id> ? [parameters?: Parameters<Id>] : [parameters: Parameters<Id>];

/** What an operation answers when it succeeds. */
export type Answer<Id extends OperationId> = TypeOf<EndpointOf<Id>["~Success"]>;
