import { IdentityEventSchemas } from "@clickclack/protocol/events/IdentityEvents";
import { PersonalEventSchema } from "@clickclack/protocol/events/PersonalEvents";
import { WorkspaceEventSchemas } from "@clickclack/protocol/events/WorkspaceEvents";
import { type GoldenShape, goldenShape, lostFrom, reduceTo } from "@clickclack/protocol/testing/goldenShape";
import * as Schema from "effect/Schema";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";

const EVENTS = join(root, "packages/protocol/src/events");

export const GOLDEN_SHAPES = "packages/protocol/src/events/goldenShapes.json";

type GoldenShapes = Readonly<Record<string, GoldenShape>>;

const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

const schemas: Readonly<Record<string, Schema.Codec<unknown>>> = {
  ...WorkspaceEventSchemas,
  ...IdentityEventSchemas,
  "personal.updated": PersonalEventSchema,
};

/**
 * The shape of every golden file. It only grows, by what may be absent: throws when a stored format lost something that
 * is written down already, or has something new that events in logs lack.
 */
export const goldenShapes = (): GoldenShapes => {
  const written = join(root, GOLDEN_SHAPES);
  const known = existsSync(written) ? (read(written) as GoldenShapes) : {};
  const files = readdirSync(join(EVENTS, "golden")).toSorted();
  const gone = Object.keys(known).filter((file) => !files.includes(file));
  if (gone.length > 0) throw new Error(`golden files are for ever; missing: ${gone.join(", ")}`);
  return Object.fromEntries(
    files.map((file) => {
      const golden = read(join(EVENTS, "golden", file));
      const problem = known[file] && changeOf(golden, known[file], isNewest(file, files));
      if (problem !== undefined)
        throw new Error(
          `${file}: ${problem}. What is stored is for ever: leave this file as it was, and give the type a new format, with an upcast step and a golden file of its own`,
        );
      return [file, goldenShape(golden)];
    }),
  );
};

const isNewest = (file: string, files: ReadonlyArray<string>): boolean => {
  const next = file.replace(/\.v(\d+)\.json$/, (_, v: string) => `.v${Number(v) + 1}.json`);
  return !files.includes(next);
};

/** How a golden file differs from its shape in a way that it must not; undefined when it does not. */
const changeOf = (golden: unknown, shape: GoldenShape, newest: boolean): string | undefined => {
  const lost = lostFrom(shape, golden);
  if (lost.length > 0) return lost.join("; ");
  const added = Object.keys(goldenShape(golden)).filter((path) => !(path in shape));
  if (added.length === 0) return undefined;
  if (!newest) return `an older format got ${added.join(", ")}`;
  const schema = schemas[(golden as { readonly type: string }).type];
  const earlier = schema && Schema.decodeUnknownResult(schema)(reduceTo(shape, golden));
  return earlier?._tag === "Failure" ? `${added.join(", ")} must be optional` : undefined;
};
