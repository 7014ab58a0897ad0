import { newId } from "@clickclack/protocol/Ids";
import type { IrcMessage } from "./IrcMessage.ts";
import { uuidOf } from "./messageIds.ts";

/** A numeric reply before it is known whose it is: middle parameters, and the text behind. */
export interface Reply {
  readonly command: string;
  readonly params: ReadonlyArray<string>;
  readonly text?: string;
}

export const reply = (command: string, params: ReadonlyArray<string>, text?: string): Reply => ({
  command,
  params,
  ...(text !== undefined && { text }),
});

/** A reply as the message that a client gets. */
export const replyMessage = (
  serverName: string,
  nick: string,
  { command, params, text }: Reply,
): IrcMessage => ({
  id: uuidOf(newId("eph")),
  ts: new Date().toISOString(),
  command,
  from: serverName,
  to: nick,
  params,
  body: text === undefined ? [] : [text],
});

/** The message of the day, for a client that just came. */
export const motdReplies = (serverName: string, motd: ReadonlyArray<string>): ReadonlyArray<Reply> =>
  motd.length === 0
    ? [reply("422", [], "There is no message of the day")]
    : [
        reply("375", [], `- ${serverName} Message of the day -`),
        ...motd.map((line) => reply("372", [], `- ${line}`)),
        reply("376", [], "End of the message of the day"),
      ];
