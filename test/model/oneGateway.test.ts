import { describe } from "vitest";
import { testModel } from "./testModel.ts";

describe("what a workspace's people do and see is as in the model, on one gateway", () => {
  testModel(1);
});
