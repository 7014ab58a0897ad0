import type { CrowdOptions } from "./Crowd.ts";
import type { PostTarget } from "./HttpConnection.ts";
import { messageBody } from "./messageBody.ts";
import type { Population } from "./population.ts";

/** A server under measurement: where messages go and where sockets open. */
export interface ServerTarget {
  readonly post: PostTarget;
  readonly sockets: Omit<CrowdOptions, "count" | "sampleEvery">;
}

const host = "127.0.0.1";
const authorization = (token: string): string => `Authorization: Bearer ${token}\r\n`;

/** Ours: the first member sends, the sockets are spread over all members and start after `cursor`. */
export const ourTarget = (url: string, people: Population, cursor = ""): ServerTarget => {
  const port = Number(new URL(url).port);
  const query = new URLSearchParams({ workspace_id: people.workspaceId, after_cursor: cursor });
  return {
    post: {
      host,
      port,
      path: `/api/channels/${people.channelId}/messages`,
      headers: authorization(people.tokens[0]!),
      body: JSON.stringify({ body: messageBody }),
    },
    sockets: { host, port, path: `/api/realtime/ws?${query}`, headers: people.tokens.map(authorization) },
  };
};

/** The bare one. */
export const bareTarget = (port: number): ServerTarget => ({
  post: {
    host,
    port,
    path: "/messages",
    headers: "",
    body: JSON.stringify({ room: "lobby", body: messageBody }),
  },
  sockets: { host, port, path: "/rooms/lobby", headers: [""] },
});
