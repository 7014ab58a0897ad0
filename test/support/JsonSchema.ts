/** The part of JSON Schema that the API's description uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | ReadonlyArray<string>;
  readonly enum?: ReadonlyArray<unknown>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: ReadonlyArray<string>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: ReadonlyArray<JsonSchema>;
  readonly oneOf?: ReadonlyArray<JsonSchema>;
  readonly allOf?: ReadonlyArray<JsonSchema>;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** Finds the schema that a `$ref` names. */
export type Resolve = (ref: string) => JsonSchema;

/** Keywords that say nothing about what is valid. */
const NOTES = ["description", "title", "default", "examples", "deprecated"];

type Check = (value: unknown, schema: JsonSchema, at: string, resolve: Resolve) => ReadonlyArray<string>;

const RFC_3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What formats ask of a text; binary ones are bytes, which are no JSON. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": (text) => RFC_3339_UTC.test(text) && !Number.isNaN(Date.parse(text)),
  int64: (text) => /^-?\d+$/.test(text),
  binary: () => true,
};

const typeOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
};

const hasType = (value: unknown, type: string): boolean =>
  type === "integer" ? Number.isInteger(value) : typeOf(value) === type;

/** Characters are code points, as JSON Schema counts them. */
const length = (text: string): number => Array.from(text).length;

const when =
  <A>(
    is: (value: unknown) => value is A,
    check: (value: A, schema: JsonSchema) => string | undefined,
  ): Check =>
  (value, schema, at) => {
    const problem = is(value) ? check(value, schema) : undefined;
    return problem === undefined ? [] : [`${at}: ${problem}`];
  };

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeOf(value) === "object";

const formatOf = (text: string, format: string): string | undefined => {
  const fits = FORMATS[format];
  if (!fits) throw new Error(`no check is written for the format ${format}`);
  return fits(text) ? undefined : `${JSON.stringify(text)} is no ${format}`;
};

const properties: Check = (value, schema, at, resolve) => {
  if (!isObject(value)) return [];
  const known = schema.properties!;
  return Object.entries(value).flatMap(([name, field]) => {
    if (Object.hasOwn(known, name)) return problemsOf(field, known[name]!, `${at}.${name}`, resolve);
    // What is not described is no part of the contract, unless the description leaves it open.
    return schema.additionalProperties === undefined || schema.additionalProperties === false
      ? [`${at}.${name}: is not described`]
      : [];
  });
};

const alternatives =
  (key: "anyOf" | "oneOf", fits: (count: number) => boolean): Check =>
  (value, schema, at, resolve) => {
    const results = schema[key]!.map((one) => problemsOf(value, one, at, resolve));
    const count = results.filter((problems) => problems.length === 0).length;
    return fits(count) ? [] : [`${at}: fits ${count} of ${key}`, ...results.flat()];
  };

const CHECKS: { readonly [Key in keyof JsonSchema]-?: Check } = {
  $ref: (value, schema, at, resolve) => problemsOf(value, resolve(schema.$ref!), at, resolve),
  type: (value, schema, at) => {
    const types = [schema.type!].flat();
    return types.some((type) => hasType(value, type))
      ? []
      : [`${at}: ${typeOf(value)} where ${types} is to be`];
  },
  enum: (value, schema, at) =>
    schema.enum!.includes(value) ? [] : [`${at}: ${JSON.stringify(value)} is none of ${schema.enum}`],
  properties,
  required: (value, schema, at) =>
    isObject(value)
      ? schema
          .required!.filter((name) => !Object.hasOwn(value, name))
          .map((name) => `${at}.${name}: is missing`)
      : [],
  additionalProperties: (value, schema, at, resolve) => {
    const { additionalProperties: rest, properties: known = {} } = schema;
    if (!isObject(value) || typeof rest !== "object") return [];
    return Object.entries(value)
      .filter(([name]) => !Object.hasOwn(known, name))
      .flatMap(([name, field]) => problemsOf(field, rest, `${at}.${name}`, resolve));
  },
  items: (value, schema, at, resolve) =>
    isList(value) ? value.flatMap((item, i) => problemsOf(item, schema.items!, `${at}[${i}]`, resolve)) : [],
  anyOf: alternatives("anyOf", (count) => count > 0),
  oneOf: alternatives("oneOf", (count) => count === 1),
  allOf: (value, schema, at, resolve) => schema.allOf!.flatMap((one) => problemsOf(value, one, at, resolve)),
  minLength: when(isText, (text, { minLength }) => (length(text) < minLength! ? "is too short" : undefined)),
  maxLength: when(isText, (text, { maxLength }) => (length(text) > maxLength! ? "is too long" : undefined)),
  minItems: when(isList, (list, { minItems }) => (list.length < minItems! ? "has too few items" : undefined)),
  maxItems: when(isList, (list, { maxItems }) =>
    list.length > maxItems! ? "has too many items" : undefined,
  ),
  minimum: when(isNumber, (value, { minimum }) => (value < minimum! ? `is below ${minimum}` : undefined)),
  maximum: when(isNumber, (value, { maximum }) => (value > maximum! ? `is above ${maximum}` : undefined)),
  pattern: when(isText, (text, { pattern }) =>
    new RegExp(pattern!, "u").test(text) ? undefined : `does not match ${pattern}`,
  ),
  format: when(isText, (text, { format }) => formatOf(text, format!)),
};

/**
 * What is wrong with a value by a schema, one line each; empty when it is valid. Fields that the schema does not
 * describe are wrong. Throws for a keyword that it does not know, so that none is passed over.
 */
export const problemsOf = (
  value: unknown,
  schema: JsonSchema,
  at: string,
  resolve: Resolve,
): ReadonlyArray<string> =>
  Object.keys(schema).flatMap((key) => {
    if (NOTES.includes(key)) return [];
    const check = CHECKS[key as keyof JsonSchema];
    if (!check) throw new Error(`${at}: no check is written for the keyword ${key}`);
    return check(value, schema, at, resolve);
  });
