import { Api } from "@clickclack/protocol/http/Api";
import { BOT_ACCESS, type OperationId } from "@clickclack/protocol/http/BotAccess";
import { WHOLE_NUMBER } from "@clickclack/protocol/http/endpoint";
import { OpenApi } from "effect/http-api";
import { anyInteger, mapSchemas, openToMore, type Json } from "./jsonSchema.ts";

/** In a query a number is text; that it has to be a whole number is what clients need to know. */
const integerParameter = (schema: Json): Json =>
  schema["type"] === "string" && schema["format"] === WHOLE_NUMBER ? { type: "integer" } : schema;

const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", description: "A session or access token" },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "cc_session",
    description: "Writes also need the header `X-ClickClack-CSRF: 1` and the same origin",
  },
};
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  "200": "Done, or how it is",
  "201": "Created",
  "204": "Done",
  "302": "Go on at `Location`",
  "400": "Malformed or invalid",
  "401": "No session, or one that is no good",
  "403": "Known, but not allowed",
  "404": "Not there, or not for the caller to see",
  "409": "In conflict with what is there",
  "413": "Too large",
  "415": "Not JSON",
  "429": "Too many requests; see Retry-After",
  "500": "A failure of the server",
  "501": "Not configured",
  "503": "Not available right now; see Retry-After",
};

interface Operation {
  readonly tags: ReadonlyArray<string>;
  readonly operationId: string;
  readonly parameters: ReadonlyArray<object>;
  readonly responses: Readonly<Record<string, object>>;
}

const HEADERS = {
  "RateLimit-Policy": {
    description: "What the request is held to: requests (q) in seconds (w); absent where there is no limit",
    schema: { type: "string" },
    example: '"write";q=12000;w=60',
  },
  RateLimit: {
    description:
      "How many more requests may be made now (r), and in how many seconds all of them, or after a refusal the next one (t)",
    schema: { type: "string" },
    example: '"write";r=11999;t=1',
  },
  "Retry-After": {
    description: "Seconds until a request may succeed",
    schema: { type: "integer", minimum: 1 },
  },
};

const headersOf = (names: ReadonlyArray<keyof typeof HEADERS>): object => ({
  headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
});
const LIMIT_HEADERS = headersOf(["RateLimit-Policy", "RateLimit"]);
const REFUSAL_HEADERS = headersOf(["RateLimit-Policy", "RateLimit", "Retry-After"]);

/** Headers that clients act on; that all answers carry those of limits need not stand at each. */
const answerHeaders = (tags: ReadonlyArray<string>, status: string): object => {
  if (tags.includes("system")) return {};
  if (status === "429") return REFUSAL_HEADERS;
  if (status === "503") return headersOf(["Retry-After"]);
  return status < "400" ? LIMIT_HEADERS : {};
};

const operation = (declared: Operation): object => {
  const operationId = declared.operationId.slice(declared.operationId.indexOf(".") + 1) as OperationId;
  return {
    ...declared,
    operationId,
    security: BOT_ACCESS[operationId] === "open" ? [] : [{ bearer: [] }, { session: [] }],
    responses: Object.fromEntries(
      Object.entries(declared.responses).map(([status, response]) => [
        status,
        { ...response, description: DESCRIPTIONS[status] ?? "", ...answerHeaders(declared.tags, status) },
      ]),
    ),
  };
};

/** The HTTP API as OpenAPI 3.1. */
export const openApiDocument = (): object => {
  const declared = OpenApi.fromApi(Api);
  const document = mapSchemas(declared as unknown as Json, (schema) =>
    anyInteger(integerParameter(openToMore(schema))),
  );
  const paths = Object.entries(
    document["paths"] as Readonly<Record<string, Readonly<Record<string, Operation>>>>,
  );
  return {
    ...document,
    paths: Object.fromEntries(
      paths.map(([path, methods]) => [
        path,
        Object.fromEntries(Object.entries(methods).map(([method, one]) => [method, operation(one)])),
      ]),
    ),
    components: { ...(document["components"] as Json), headers: HEADERS, securitySchemes: SECURITY_SCHEMES },
  };
};
