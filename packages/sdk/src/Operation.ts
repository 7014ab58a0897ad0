import type { Api } from "@clickclack/protocol/http/Api";
import type { HttpApi, HttpApiGroup } from "effect/http-api";

type Groups = typeof Api extends HttpApi.HttpApi<string, infer Group> ? Group : never;
type Endpoint = HttpApiGroup.Endpoints<Groups>;
/** By name, so that one of them can be asked for without comparing it with all. */
type Endpoints = { readonly [One in Endpoint as One["identifier"]]: One };
type EndpointOf<Id extends OperationId> = Endpoints[Id];

/** Name of an operation of the API, as `operationId` in openapi.yaml. */
export type OperationId = keyof Endpoints;

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

interface Options {
  /** The same key and body give the same answer, however often they are sent. */
  readonly idempotencyKey?: string;
  /** Ends the wait for an answer. */
  readonly signal?: AbortSignal;
}

/** By operation: where one is not known yet, the parts of all of them would be combined with each other. */
type ParametersBy = {
  readonly [Id in OperationId]: Flat<
    Part<"params", TypeOf<EndpointOf<Id>["~Params"]>> &
      Part<"query", TypeOf<EndpointOf<Id>["~Query"]>> &
      Part<"body", TypeOf<EndpointOf<Id>["~Payload"]>> &
      Options
  >;
};

/** One object type in place of several. */
type Flat<Parts> = { [Key in keyof Parts]: Parts[Key] };

/** What an operation takes: the parts of its path, its query, and its JSON body. */
export type Parameters<Id extends OperationId> = ParametersBy[Id];

/** What an operation answers when it succeeds. */
export type Answer<Id extends OperationId> = TypeOf<EndpointOf<Id>["~Success"]>;

/** Every operation as a method of its name; those that need nothing take nothing. */
export type Operations = {
  // oxlint-disable-next-line typescript/no-empty-object-type
  readonly [Id in OperationId]: {} extends Parameters<Id>
    ? (parameters?: Parameters<Id>) => Promise<Answer<Id>>
    : (parameters: Parameters<Id>) => Promise<Answer<Id>>;
};
