import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { type JsonSchema, problemsOf } from "./JsonSchema.ts";

const FILE = resolve(import.meta.dirname, "../../packages/protocol/openapi.yaml");
const METHODS = ["get", "post", "put", "patch", "delete"];
const JSON_TYPE = "application/json";

const USUAL_HEADERS = {
  "X-Correlation-ID": /^[A-Za-z0-9._:-]{1,128}$/,
  "X-Request-ID": /^req_[0-9a-z]{26}$/,
  "Cache-Control": /^no-store$/,
  "X-Content-Type-Options": /^nosniff$/,
};
const LIMIT_HEADERS = {
  "RateLimit-Policy": /^"[a-z-]+";q=[1-9]\d*;w=[1-9]\d*$/,
  RateLimit: /^"[a-z-]+";r=\d+;t=\d+$/,
};

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface Described {
  readonly operationId: string;
  readonly tags: ReadonlyArray<string>;
  readonly parameters: ReadonlyArray<Parameter>;
  readonly security: ReadonlyArray<unknown>;
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** One method of one path, as `openapi.yaml` describes it. */
export interface DescribedOperation extends Described {
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
}

/** A request by the names of the description. */
export interface DescribedRequest {
  /** Of the path, the query and the headers. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is if it is a form. */
  readonly body?: object;
}

/** A parameter as what its text stands for. */
const asTyped = (text: string, { type }: JsonSchema): unknown =>
  type === "integer" || type === "number" ? Number(text) : text;

/** `openapi.yaml` as it stands in the repository, read without the code that wrote it. */
export class OpenApi {
  readonly #document = parse(readFileSync(FILE, "utf8")) as Document;

  get operations(): ReadonlyArray<DescribedOperation> {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      METHODS.filter((method) => method in methods).map((method) => ({
        ...methods[method]!,
        method: method.toUpperCase(),
        path,
      })),
    );
  }

  /** The path and query of a request; parameters that the description does not have are an error. */
  addressOf(operation: DescribedOperation, { parameters = {} }: DescribedRequest): string {
    const query = new URLSearchParams();
    let path = operation.path;
    for (const [name, value] of Object.entries(parameters)) {
      const described = operation.parameters.find((one) => one.name === name);
      if (described?.in === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
      else if (described?.in === "query") query.set(name, value);
      else if (described?.in !== "header")
        throw new Error(`${operation.operationId} has no parameter ${name}`);
    }
    return query.size === 0 ? path : `${path}?${query}`;
  }

  /** The headers among a request's parameters. */
  headersOf(operation: DescribedOperation, { parameters = {} }: DescribedRequest): Record<string, string> {
    const names = operation.parameters.filter((one) => one.in === "header").map(({ name }) => name);
    return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.includes(name)));
  }

  /** What of a request is not as described. */
  requestProblems(operation: DescribedOperation, request: DescribedRequest): ReadonlyArray<string> {
    const { parameters = {}, body } = request;
    const missing = operation.parameters.filter(({ name, required }) => required && !(name in parameters));
    const wrong = operation.parameters.flatMap(({ name, schema }) =>
      name in parameters ? this.#problems(asTyped(parameters[name]!, schema), schema, name) : [],
    );
    const described = operation.requestBody;
    const schema = described?.content?.[JSON_TYPE]?.schema;
    const ofBody = () => {
      if (body instanceof FormData) return [];
      if (body === undefined) return described?.required ? ["body: is missing"] : [];
      return schema ? this.#problems(body, schema, "body") : ["body: none is described"];
    };
    return [...missing.map(({ name }) => `${name}: is missing`), ...wrong, ...ofBody()];
  }

  /** What of an answer is not as described. */
  answerProblems(
    operation: DescribedOperation,
    status: number,
    contentType: string,
    body: string,
  ): ReadonlyArray<string> {
    const described = operation.responses[status];
    if (!described) return [`status ${status} is not described`];
    if (!described.content) return body === "" ? [] : ["body: none is described"];
    const type = contentType.replace(/;.*/, "").trim();
    const schema = (described.content[type] ?? described.content["*/*"])?.schema;
    if (!schema) return [`content type ${type} is not described`];
    return type === JSON_TYPE ? this.#problems(JSON.parse(body), schema, "body") : [];
  }

  /** What of an answer's headers is not as it is with every answer. */
  headerProblems({ tags }: DescribedOperation, headers: Headers): ReadonlyArray<string> {
    const limited = tags.includes("system") ? {} : LIMIT_HEADERS;
    return Object.entries({ ...USUAL_HEADERS, ...limited }).flatMap(([name, pattern]) => {
      const value = headers.get(name);
      return value !== null && pattern.test(value) ? [] : [`${name}: is ${value}`];
    });
  }

  #problems(value: unknown, schema: JsonSchema, at: string): ReadonlyArray<string> {
    return problemsOf(value, schema, at, (ref) => {
      const found = this.#document.components.schemas[ref.replace("#/components/schemas/", "")];
      if (!found) throw new Error(`${ref} leads nowhere`);
      return found;
    });
  }
}
