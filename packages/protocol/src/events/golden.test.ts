import * as Schema from "effect/Schema";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { IdentityEventSchemas, IdentityPayloads } from "./IdentityEvents.ts";
import { type GoldenShape, goldenShape, lostFrom, reduceTo } from "../testing/goldenShape.ts";
import shapes from "./goldenShapes.json" with { type: "json" };
import { PersonalEventSchema, PersonalState } from "./PersonalEvents.ts";
import { WorkspaceEventSchemas, WorkspacePayloads } from "./WorkspaceEvents.ts";

const folder = new URL("golden/", import.meta.url);
const schemas: Readonly<Record<string, Schema.Codec<unknown>>> = {
  ...WorkspaceEventSchemas,
  ...IdentityEventSchemas,
  "personal.updated": PersonalEventSchema,
};
const payloads: Readonly<Record<string, { readonly fields: object }>> = {
  ...WorkspacePayloads,
  ...IdentityPayloads,
  "personal.updated": PersonalState,
};

interface StoredEvent {
  readonly type: string;
  readonly v: number;
  readonly payload: object;
}

/** `<type>.v<format>.json`, of every format that was ever written. */
const files = readdirSync(folder).map((file) => {
  const [, type, format] = /^(.+)\.v(\d+)\.json$/.exec(file) ?? [];
  return { file, type, format: Number(format) };
});

const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as StoredEvent;

test("every event type has a golden file, and every golden file is of a known type", () => {
  const types = files.map(({ file, type }) => type ?? file);
  expect(new Set(types)).toEqual(new Set(Object.keys(schemas)));
});

/** What today's schemas are about; the older ones are checked where their upcasters are. */
const newest = files.filter(
  ({ type, format }) => !files.some((other) => other.type === type && other.format > format),
);

describe.each(newest.filter(({ type }) => type !== undefined && type in schemas))(
  "$file",
  ({ file, type, format }) => {
    const golden = read(file);
    const schema = schemas[type!]!;

    test("is of the type and format that its name says", () => {
      expect([golden.type, golden.v]).toEqual([type, format]);
    });

    test("is decoded, and encoded to the same JSON again", () => {
      const event = Schema.decodeUnknownSync(schema)(golden);
      const again: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(schema)(event)));
      expect(again).toStrictEqual(golden);
    });

    test("has every field of its payload", () => {
      expect(new Set(Object.keys(golden.payload))).toEqual(new Set(Object.keys(payloads[type!]!.fields)));
    });

    test("is refused without any one of the fields around its payload", () => {
      const optional = new Set(["channel_id"]);
      for (const field of Object.keys(golden).filter((name) => !optional.has(name))) {
        const { [field]: _, ...rest } = { ...golden } as Record<string, unknown>;
        expect(Schema.decodeUnknownResult(schema)(rest)._tag, field).toBe("Failure");
      }
    });
  },
);

describe("what is stored stays readable", () => {
  const written: Readonly<Record<string, GoldenShape>> = shapes;

  test.each(Object.entries(written))("%s lost nothing that it ever had", (file, shape) => {
    expect(lostFrom(shape, read(file))).toEqual([]);
  });

  test.each(newest.filter(({ file }) => file in written))(
    "$file of before whatever was added since is an event of today",
    ({ file, type }) => {
      const earlier = reduceTo(written[file]!, read(file));
      expect(Schema.decodeUnknownResult(schemas[type!]!)(earlier)._tag).toBe("Success");
    },
  );

  test("what an older format holds does not change any more", () => {
    for (const { file } of files.filter((one) => !newest.includes(one)))
      expect(goldenShape(read(file)), file).toEqual(written[file]);
  });
});
