import { ApiFailure } from "./ApiFailure.ts";
import { type Scope, SCOPE_BUNDLES, SCOPES } from "./Scopes.ts";

const meaning = new Map<string, ReadonlyArray<Scope>>([
  ...SCOPES.map((scope) => [scope, [scope]] as const),
  ...Object.entries(SCOPE_BUNDLES),
]);

/** The scopes that names of scopes and bundles stand for, each once. Throws 400 for any other name, and for none. */
export const expandScopes = (names: ReadonlyArray<string>): ReadonlyArray<Scope> => {
  const unknown = names.filter((name) => !meaning.has(name));
  if (unknown.length > 0 || names.length === 0) {
    const problem =
      unknown.length > 0 ? `there is no scope ${unknown.join(", ")}` : "name at least one scope";
    throw new ApiFailure("invalid_request", `${problem}; there are ${[...meaning.keys()].join(", ")}`);
  }
  const wanted = new Set(names.flatMap((name) => meaning.get(name)!));
  return SCOPES.filter((scope) => wanted.has(scope));
};
