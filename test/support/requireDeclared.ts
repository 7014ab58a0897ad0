import { Api } from "@clickclack/protocol/http/Api";
import { ErrorBody } from "@clickclack/protocol/http/endpoint";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { HttpApi } from "effect/http-api";
import type { Answer } from "./ApiClient.ts";

type Decode = (body: unknown) => Result.Result<unknown, unknown>;

interface Declared {
  readonly method: string;
  readonly path: RegExp;
  readonly answers: ReadonlyMap<number, ReadonlyArray<Decode>>;
}

const strict = (schema: Schema.Top): Decode =>
  Schema.decodeUnknownResult(schema as Schema.Codec<unknown>, { onExcessProperty: "error" });

const isError = strict(ErrorBody);

const declared: Array<Declared> = [];
HttpApi.reflect(Api, {
  onGroup: () => undefined,
  onEndpoint: ({ endpoint, successes, errors }) => {
    const answers = new Map(
      [...successes, ...errors].map(([status, schemas]) => [status, schemas.map(strict)]),
    );
    const path = new RegExp(`^${endpoint.path.replaceAll(/:\w+/g, "[^/]+")}$`);
    declared.push({ method: endpoint.method, path, answers });
  },
});
// A path without parameters is meant before one that they would match too.
declared.sort((a, b) => Number(a.path.source.includes("[^/]+")) - Number(b.path.source.includes("[^/]+")));

const problemOf = (method: string, path: string, { status, body }: Answer<unknown>): string | undefined => {
  const endpoint = declared.find((one) => one.method === method && one.path.test(path));
  if (!endpoint) {
    const refused = status === 404 || status === 405;
    if (refused && Result.isFailure(isError(body))) return "a refusal without an error body";
    return undefined;
  }
  const decoders = endpoint.answers.get(status);
  if (!decoders) return "a status that the endpoint does not declare";
  // An answer without a body is declared as null.
  const failures = decoders.map((decode) => decode(body ?? null)).filter(Result.isFailure);
  return failures.length === decoders.length ? String(failures[0]?.failure) : undefined;
};

/** Holds an answer against the API's declaration: status, shape without further fields, and the usual headers. */
export function requireDeclared(method: string, url: string, answer: Answer<unknown>): void {
  const path = url.replace(/\?.*$/s, "");
  const problem =
    problemOf(method, path, answer) ??
    (answer.headers.has("X-Correlation-ID") ? undefined : "no X-Correlation-ID");
  if (problem === undefined) return;
  throw new Error(
    `${method} ${url} answered ${answer.status} ${JSON.stringify(answer.body)}, which is not as declared: ${problem}`,
  );
}
