import { Kysely, PostgresDialect } from "kysely";
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import pg from "pg";

/** Connections of one process: the gateways' reads, the projectors and the actors share them. */
const POOL_SIZE = 20;
/** A database that does not take connections for this long is away. */
const CONNECT_TIMEOUT_MS = 2_000;
/** No statement of a request may run longer; rebuilding has a connection of its own. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** Nothing is read from a table of this database without its schema's name, so rows are typed where they are read. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Db = Kysely<any>;

/** Postgres cannot be reached, or is starting or stopping: the same call may succeed later. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super("the database is not available right now", { cause });
    this.name = "DatabaseUnavailable";
  }
}

/** Begins a statement that is asked very often and has few forms: each connection plans it once. */
export const PREPARED_SELECT = "select /* prepared */";

export interface Database {
  readonly db: Db;
  readonly close: () => Promise<void>;
}

// Whole numbers beyond 2^53 do not occur: sequences and counts fit a double.
const PARSE_INT8 = 20;

export interface DatabaseOptions {
  readonly poolSize?: number;
  /** 0 lets statements run as long as they take, for work that nobody waits for. */
  readonly statementTimeoutMs?: number;
}

/** Opens a pool to `postgres://…`; it connects when first used, and again after the server went away. */
export const openDatabase = (url: string, options: DatabaseOptions = {}): Database => {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const types = {
    getTypeParser: (oid: number, format?: "text" | "binary") =>
      oid === PARSE_INT8 ? (text: string) => Number(text) : pg.types.getTypeParser(oid, format),
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize ?? POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...(statementTimeoutMs > 0 && {
      statement_timeout: statementTimeoutMs,
      // A server that was killed without a word would otherwise hold a caller for ever.
      query_timeout: statementTimeoutMs + 1_000,
    }),
    types,
    application_name: "clickclack",
  });
  // An idle connection that breaks is replaced by the pool; without a listener its error would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", dropWhenSilent);
  pool.on("connect", prepareMarked);
  const db: Db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  return { db, close: () => db.destroy() };
};

/**
 * A connection whose server does not answer is closed: what it was asked may still be carried out there, behind it all
 * later statements would wait, and a server that is gone for good would be asked on it for many minutes.
 */
const dropWhenSilent = (client: pg.PoolClient): void => {
  // One that breaks while it is lent out, between two statements, tells nobody but its listeners.
  client.on("error", () => undefined);
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  const query = client.query.bind(client) as (...given: ReadonlyArray<unknown>) => unknown;
  client.query = ((...given: ReadonlyArray<unknown>) => {
    const result = query(...given);
    if (result instanceof Promise) {
      result.catch((error: unknown) => {
        if (error instanceof Error && error.message === "Query read timeout") stream.destroy();
      });
    }
    return result;
  }) as typeof client.query;
};

/** Names of statements by their text; they come from the code, so there are a few dozen at most. */
const statementNames = new Map<string, string>();

const nameOf = (text: string): string => {
  const known = statementNames.get(text);
  if (known !== undefined) return known;
  const name = createHash("sha256").update(text).digest("base64url").slice(0, 32);
  statementNames.set(text, name);
  return name;
};

/** Lets a connection keep the plans of statements that are marked as {@link PREPARED_SELECT}. */
const prepareMarked = (client: pg.PoolClient): void => {
  const query = client.query.bind(client) as (...given: ReadonlyArray<unknown>) => unknown;
  client.query = ((text: unknown, values: unknown, ...rest: ReadonlyArray<unknown>) =>
    typeof text === "string" && text.startsWith(PREPARED_SELECT)
      ? query({ name: nameOf(text), text, values }, ...rest)
      : query(text, values, ...rest)) as typeof client.query;
};

/** SQLSTATE classes and codes of a server that is away: connection exceptions, resources, operator intervention. */
const AWAY_SQLSTATE = /^(08|53|57P|57014|25006)/;
const AWAY_SYSTEM = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ENOENT",
]);
const AWAY_MESSAGE =
  /terminated|timeout|not queryable|Connection ended|connection is closed|closed unexpectedly/i;

/** Whether an error means that the database is away, rather than that the statement was wrong. */
export const isUnavailable = (error: unknown): boolean => {
  if (error instanceof DatabaseUnavailable) return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  const code = (error as { readonly code?: unknown }).code;
  if (typeof code === "string") return AWAY_SYSTEM.has(code) || AWAY_SQLSTATE.test(code);
  return AWAY_MESSAGE.test(error.message);
};

/** Runs a read or write; throws {@link DatabaseUnavailable} when the server is away. */
export const withDatabase = async <A>(run: () => Promise<A>): Promise<A> => {
  try {
    return await run();
  } catch (error) {
    throw isUnavailable(error) ? new DatabaseUnavailable(error) : error;
  }
};
