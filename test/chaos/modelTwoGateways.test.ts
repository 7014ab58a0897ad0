import { describe } from "vitest";
import { testModel } from "../model/testModel.ts";

describe("what a workspace's people do and see is as in the model, on two gateways", () => {
  testModel(2);
});
