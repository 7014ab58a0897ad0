// Every operation of the API has a row in the table of who may do what, and in that of what bots need for it.
import { Api } from "@clickclack/protocol/http/Api";
import { BOT_ACCESS } from "@clickclack/protocol/http/BotAccess";
import { TABLE } from "../../test/e2e/accessTable.ts";
import { accessRows } from "./accessRows.ts";
import { type Problem, report } from "./Problem.ts";

const tables = {
  "test/e2e/accessTable.ts": TABLE,
  "packages/protocol/src/http/BotAccess.ts": BOT_ACCESS,
};

const problems = Object.entries(tables).flatMap(([file, table]): ReadonlyArray<Problem> => {
  const { missing, unknown } = accessRows(Api as never, table);
  return [
    ...missing.map((id) => ({ file, line: 0, message: `operation ${id} has no row` })),
    ...unknown.map((id) => ({ file, line: 0, message: `${id} is no operation of the API` })),
  ];
});

report(`Access of ${Object.keys(TABLE).length} operations`, problems);
