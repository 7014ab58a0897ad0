import { join } from "node:path";
import type { LineFile } from "../format/ExportFormat.ts";
import { type Line, readLines } from "../format/readLines.ts";
import { IdMap, type IdMapOptions } from "../mapping/IdMap.ts";
import { exportedCommit } from "./CommitCheck.ts";
import { accountIn, personalIn } from "./checkLines.ts";
import { mapCommit } from "./importCommits.ts";

/** What was mapped between an export and the export of what was imported from it. */
export interface Mapping {
  readonly ids: IdMapOptions;
  readonly slug: { readonly from: string; readonly to: string };
}

/**
 * The first line of each file in which two exports differ, once the first one's ids and slug are mapped; none when they are
 * the same. Of accounts only who they are is compared: those that were there before keep their names.
 */
export const compareExports = async (
  original: string,
  copy: string,
  { ids, slug }: Mapping,
): Promise<ReadonlyArray<string>> => {
  const map = new IdMap(ids);
  const differences: Array<string> = [];
  const compare = async (name: LineFile, expected: (line: Line) => unknown) => {
    const differs = await firstDifference(original, copy, name, expected);
    if (differs !== undefined) differences.push(differs);
  };
  // Commits first: they tell what conversations are called.
  await compare("commits.jsonl", (line) => {
    const { id, scope, type, events } = mapCommit(exportedCommit(line), map, slug);
    return { id, scope, type, events };
  });
  await compare("files.jsonl", (line) => map.map(line.value));
  await compare("personal.jsonl", (line) => map.map(personalIn(line, ids.workspaceId)));
  const there = await accountsOf(copy);
  for (const id of await accountsOf(original))
    if (!there.has(map.idOf(id))) differences.push(`accounts.jsonl: ${id} is missing`);
  return differences;
};

const accountsOf = async (dir: string): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for await (const line of readLines(join(dir, "accounts.jsonl"))) ids.add(accountIn(line).id);
  return ids;
};

const firstDifference = async (
  original: string,
  copy: string,
  name: LineFile,
  expected: (line: Line) => unknown,
): Promise<string | undefined> => {
  const copies = readLines(join(copy, name));
  for await (const line of readLines(join(original, name))) {
    const { value: other } = (await copies.next()) as { readonly value: Line | undefined };
    if (JSON.stringify(expected(line)) === JSON.stringify(other?.value)) continue;
    await copies.return(undefined);
    return other ? `${line.where} differs` : `${line.where} is missing`;
  }
  const more = await copies.next();
  return more.done === true ? undefined : `${name}: there is more than was imported`;
};
