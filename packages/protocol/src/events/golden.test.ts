import * as Schema from "effect/Schema";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { IdentityEventSchemas, IdentityPayloads } from "./IdentityEvents.ts";
import { WorkspaceEventSchemas, WorkspacePayloads } from "./WorkspaceEvents.ts";

const folder = new URL("golden/", import.meta.url);
const schemas: Readonly<Record<string, Schema.Codec<unknown>>> = {
  ...WorkspaceEventSchemas,
  ...IdentityEventSchemas,
};
const payloads: Readonly<Record<string, { readonly fields: object }>> = {
  ...WorkspacePayloads,
  ...IdentityPayloads,
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

describe.each(files.filter(({ type }) => type !== undefined && type in schemas))(
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
