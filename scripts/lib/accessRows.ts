import type { HttpApi } from "effect/http-api";

/** What is between the operations that an API declares and the rows of a table about them. */
export interface AccessRows {
  /** Operations without a row. */
  readonly missing: ReadonlyArray<string>;
  /** Rows of no operation. */
  readonly unknown: ReadonlyArray<string>;
}

/** Compares an API with a table that has a row for each operation, by its identifier. */
export const accessRows = (api: HttpApi.Top, table: object): AccessRows => {
  const declared = Object.values(api.groups).flatMap(({ endpoints }) => Object.keys(endpoints));
  const rows = new Set(Object.keys(table));
  const known = new Set(declared);
  return {
    missing: declared.filter((id) => !rows.has(id)),
    unknown: [...rows].filter((id) => !known.has(id)),
  };
};
