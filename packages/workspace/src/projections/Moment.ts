import { sql } from "kysely";

/**
 * A moment in a workspace's log. By version it is exact: what has a version up to this one had happened. By time, what
 * bears a time up to this one had, as the clock of the node that took it in told it.
 */
export type Moment =
  | { readonly _tag: "Version"; readonly version: number }
  | { readonly _tag: "Time"; readonly at: Date };

/** Whether something had happened by then, by its version or its time. */
export const hadHappened = (
  moment: Moment,
  { version, at }: { readonly version: number; readonly at: Date },
): boolean => (moment._tag === "Version" ? version <= moment.version : at <= moment.at);

/** The same of a row, in SQL: `version` and `at` name its columns. */
export const hadHappenedIn = (moment: Moment, version: string, at: string) =>
  moment._tag === "Version"
    ? sql<boolean>`${sql.ref(version)} <= ${moment.version}::bigint`
    : sql<boolean>`${sql.ref(at)} <= ${moment.at}::timestamptz`;
