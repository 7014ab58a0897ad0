export type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

/** Applies `change` to every object inside, innermost first. */
export const mapSchemas = (value: Json, change: (schema: Json) => Json): Json => {
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (!isObject(part)) return part;
    return change(Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)])));
  };
  return visit(value) as Json;
};

/** Fields that are not declared are passed over in requests, and may be added to answers: nothing is closed to more. */
export const openToMore = (schema: Json): Json => {
  const { additionalProperties, ...rest } = schema;
  return typeof additionalProperties === "boolean" ? rest : schema;
};

/** That an integer is one which JavaScript can hold goes without saying. */
export const anyInteger = (schema: Json): Json => {
  const { minimum, maximum, ...rest } = schema;
  return minimum === Number.MIN_SAFE_INTEGER && maximum === Number.MAX_SAFE_INTEGER ? rest : schema;
};
