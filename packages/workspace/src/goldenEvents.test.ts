import { goldenProblems } from "@clickclack/eventsourcing/testing/goldenProblems";
import { PersonalEventSchema } from "@clickclack/protocol/events/PersonalEvents";
import { WorkspaceEventSchemas } from "@clickclack/protocol/events/WorkspaceEvents";
import { expect, test } from "vitest";
import { upcastPersonalEvent } from "./personal/Personal.ts";
import { upcastWorkspaceEvent } from "./WorkspaceDecider.ts";

const folder = new URL("../../protocol/src/events/golden/", import.meta.url);

test("workspace events of every format that was ever stored become today's", () => {
  expect(goldenProblems({ folder, schemas: WorkspaceEventSchemas, upcast: upcastWorkspaceEvent })).toEqual(
    [],
  );
});

test("personal states of every format that was ever stored become today's", () => {
  const schemas = { "personal.updated": PersonalEventSchema };
  expect(goldenProblems({ folder, schemas, upcast: upcastPersonalEvent })).toEqual([]);
});
