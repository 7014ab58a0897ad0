// Writes the API's documents from its declaration, and down what stored events look like. `--check` writes nothing and fails when a file is not as it would be.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { asyncApiDocument } from "./asyncApiDocument.ts";
import { GOLDEN_SHAPES, goldenShapes } from "./goldenShapes.ts";
import { openApiDocument } from "./openApiDocument.ts";
import { root } from "./root.ts";
import { sdkOperations } from "./sdkOperations.ts";

const HEADER = "# Written by scripts/generate; change the declaration in packages/protocol/src instead.\n";

const asked = process.argv.slice(2);
const unknown = asked.find((option) => option !== "--check");
if (unknown !== undefined) {
  console.error(`scripts/generate: there is no ${unknown}. Usage: scripts/generate [--check]`);
  process.exit(2);
}
const checks = asked.includes("--check");

/** No anchors and no folded lines: a change of the API is a change of the lines that are about it. */
const render = (document: object): string =>
  HEADER + stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 });

const documents: Readonly<Record<string, () => string>> = {
  "packages/protocol/openapi.yaml": () => render(openApiDocument()),
  "packages/protocol/asyncapi.yaml": () => render(asyncApiDocument()),
  "packages/sdk/src/operations.generated.ts": sdkOperations,
  [GOLDEN_SHAPES]: () => `${JSON.stringify(goldenShapes(), null, 2)}\n`,
};

const stale: Array<string> = [];
for (const [file, make] of Object.entries(documents)) {
  const path = join(root, file);
  const text = make();
  const current = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (text === current) continue;
  stale.push(current === undefined ? `${file} is missing` : `${file} is not what the code declares`);
  if (!checks) writeFileSync(path, text);
}

if (!checks) {
  console.log(stale.length === 0 ? "Everything was up to date" : `Written: ${stale.length} files`);
} else if (stale.length > 0) {
  for (const problem of stale) console.error(problem);
  console.error("Run scripts/generate and commit the result.");
  process.exitCode = 1;
} else {
  console.log(`${Object.keys(documents).length} generated files: no problems`);
}
