import { expect, test } from "vitest";
import { ChatProjection } from "./ChatProjection.ts";
import { CLEARED_TABLES } from "./DeletedWorkspaces.ts";

test("a deleted workspace leaves every table", () => {
  const tables = ChatProjection.readModels.flatMap((model) => Object.keys(model.tables));
  expect(CLEARED_TABLES.toSorted()).toEqual(tables.toSorted());
});
