/** What every value in a JSON document is, by its path: `payload.body: string`; `[]` stands for all elements of an array. */
export type GoldenShape = Readonly<Record<string, string>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
};

const childrenOf = (value: unknown, path: string): ReadonlyArray<readonly [string, unknown]> => {
  if (Array.isArray(value)) return value.map((element) => [`${path}[]`, element]);
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, child]) => [path === "" ? key : `${path}.${key}`, child]);
};

/** The shape of a golden file. */
export const goldenShape = (golden: unknown, path = ""): GoldenShape => {
  const own = path === "" ? {} : { [path]: kindOf(golden) };
  const shapes = childrenOf(golden, path).map(([at, child]) => goldenShape(child, at));
  return Object.assign(own, ...shapes) as GoldenShape;
};

/** A golden file without what a shape does not have: as it was when that shape was all there was. */
export const reduceTo = (shape: GoldenShape, golden: unknown, path = ""): unknown => {
  if (Array.isArray(golden)) return golden.map((element) => reduceTo(shape, element, `${path}[]`));
  if (!isObject(golden)) return golden;
  return Object.fromEntries(
    Object.entries(golden)
      .map(([key, child]) => [key, child, path === "" ? key : `${path}.${key}`] as const)
      .filter(([, , at]) => at in shape)
      .map(([key, child, at]) => [key, reduceTo(shape, child, at)]),
  );
};

/** What a golden file has lost, or has in another way, since its shape was written down. */
export const lostFrom = (shape: GoldenShape, golden: unknown): ReadonlyArray<string> => {
  const now = goldenShape(golden);
  return Object.entries(shape)
    .filter(([path, kind]) => now[path] !== kind)
    .map(([path, kind]) => `${path} was ${kind}, now it is ${now[path] ?? "gone"}`);
};
