import { Api } from "@clickclack/protocol/http/Api";
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
/** Tags of endpoints that nobody signs in for. */
const OPEN_TAGS = new Set(["system", "auth"]);

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  "200": "Done, or how it is",
  "201": "Created",
  "204": "Done",
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

const operation = (declared: Operation): object => ({
  ...declared,
  operationId: declared.operationId.slice(declared.operationId.indexOf(".") + 1),
  security: OPEN_TAGS.has(declared.tags[0] ?? "") ? [] : [{ bearer: [] }, { session: [] }],
  responses: Object.fromEntries(
    Object.entries(declared.responses).map(([status, response]) => [
      status,
      { ...response, description: DESCRIPTIONS[status] ?? "" },
    ]),
  ),
});

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
    components: { ...(document["components"] as Json), securitySchemes: SECURITY_SCHEMES },
  };
};
