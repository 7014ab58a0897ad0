import { afterAll } from "vitest";
import { freshName } from "../support/IrcHttpClient.ts";
import { IrcLineClient } from "../support/IrcLineClient.ts";
import { oneServer } from "../support/oneServer.ts";

/** An IRC port of its own, without the bounds that a test would run into. */
export const IRC_ENV = { SERVER_NAME: "irc.test", IRC_LISTEN_ADDR: "127.0.0.1:0", IRC_FLOOD_LIMIT: "0" };

/** A server with an IRC port that all tests of a file share, and people who come to it by IRC. */
export const oneIrcServer = () => {
  const one = oneServer({ env: IRC_ENV });
  const clients: Array<IrcLineClient> = [];
  afterAll(() => {
    for (const client of clients) client.end();
  });
  /** Somebody with a fresh nick, registered after these lines; gone after the file's tests. */
  const come = async (stem: string, ...first: ReadonlyArray<string>) => {
    const nick = freshName(stem);
    const client = await IrcLineClient.join((await one.server.runFile()).irc!, nick, ...first);
    clients.push(client);
    return Object.assign(client, { nick });
  };
  return { one, come };
};
