// Reads as fast as it is answered: over HTTP from a server of ours, or straight from Postgres.
import pg from "pg";
import { answerRequests } from "./answerRequests.ts";
import { HttpConnection } from "./HttpConnection.ts";
import { now } from "./now.ts";

/** A page to get, with headers that each end in `\r\n`. */
export interface GetTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: string;
}

/** A statement, and what its parameters are. */
export interface Statement {
  readonly url: string;
  readonly text: string;
  readonly values: ReadonlyArray<unknown>;
}

/** Calls one after another on each connection, for so long; gives how long each took, in ms. */
const loop = async (
  connections: number,
  seconds: number,
  open: () => Promise<{ readonly call: () => Promise<unknown>; readonly close: () => unknown }>,
): Promise<ReadonlyArray<number>> => {
  const times: Array<number> = [];
  const opened = await Promise.all(Array.from({ length: connections }, open));
  const end = now() + seconds * 1000;
  const one = async (call: () => Promise<unknown>) => {
    while (now() < end) {
      const started = now();
      await call();
      times.push(now() - started);
    }
  };
  await Promise.all(opened.map(({ call }) => one(call)));
  for (const { close } of opened) await close();
  return times;
};

const http = (target: GetTarget, connections: number, seconds: number) => {
  const { host, port, path, headers } = target;
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${headers}\r\n`;
  return loop(connections, seconds, async () => {
    const connection = await HttpConnection.open(host, port);
    const call = async () => {
      const { status, text } = await connection.send(request);
      if (status !== 200) throw new Error(`answered ${status}: ${text}`);
    };
    return { call, close: () => connection.close() };
  });
};

/** Each connection asks as a program without an ORM would, and makes JSON of the rows, as the API answers with JSON. */
const sql = ({ url, text, values }: Statement, connections: number, seconds: number) =>
  loop(connections, seconds, async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const call = async () => JSON.stringify((await client.query(text, [...values])).rows);
    return { call, close: () => client.end() };
  });

answerRequests({ http, sql });
