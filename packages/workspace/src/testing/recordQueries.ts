import type { Db } from "@clickclack/database/Database";
import { CompiledQuery } from "kysely";

export interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows"?: number;
  readonly Plans?: ReadonlyArray<PlanNode>;
}

const nodes = (node: PlanNode): ReadonlyArray<PlanNode> => [node, ...(node.Plans ?? []).flatMap(nodes)];

/** A database that works as another one and writes down what it is asked, to be explained by Postgres. */
export const recordQueries = (own: Db) => {
  const asked: Array<CompiledQuery> = [];
  const executor = own.getExecutor();
  const db = own.withPlugin({
    transformQuery: ({ node, queryId }) => {
      asked.push(executor.compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  /** The nodes of a query's plan, from the outermost on; `analyze` runs it. */
  const explain = async (
    { sql, parameters }: CompiledQuery,
    { analyze }: { readonly analyze: boolean },
  ): Promise<ReadonlyArray<PlanNode>> => {
    const options = `${analyze ? "analyze, " : ""}format json`;
    const { rows } = await own.executeQuery<{
      readonly "QUERY PLAN": ReadonlyArray<{ readonly Plan: PlanNode }>;
    }>(CompiledQuery.raw(`explain (${options}) ${sql}`, [...parameters]));
    return nodes(rows[0]!["QUERY PLAN"][0]!.Plan);
  };
  return { db, asked, explain };
};
