import type { MessageMeta } from "@clickclack/workspace/message/messageMeta";
import type { IrcMessage } from "./IrcMessage.ts";
import { uuidOf } from "./messageIds.ts";

/** Tags that clients make up among themselves: the server passes them on as they are. */
const CLIENT_ONLY = /^\+[A-Za-z0-9./-]{1,200}$/;
/** The tag by which a reply names what it replies to. */
const REPLY = "+draft/reply";

type Tags = Readonly<Record<string, string>>;

/** Those of some tags that are of clients' own making. */
export const clientTags = (tags: Iterable<readonly [string, unknown]>): Tags =>
  Object.fromEntries(
    [...tags].filter(
      (tag): tag is [string, string] => CLIENT_ONLY.test(tag[0]) && typeof tag[1] === "string",
    ),
  );

/** The tags that a message's meta holds; whoever posts by HTTP may have put anything there. */
const tagsIn = ({ tags }: MessageMeta): Tags =>
  typeof tags === "object" && tags !== null ? clientTags(Object.entries(tags)) : {};

/** What is told of a message besides its text: as meta to those who read JSON, as tags over connections. */
export const aboutMessage = ({
  meta,
  action,
  rootId,
}: {
  readonly meta: MessageMeta;
  readonly action: boolean;
  /** Of a reply. */
  readonly rootId?: string;
}): Pick<IrcMessage, "meta" | "tags"> => {
  const replyTo = rootId === undefined ? {} : { reply_to: uuidOf(rootId) };
  const told = { ...meta, ...(action && { action: true }), ...replyTo };
  const tags = { ...tagsIn(meta), ...(replyTo.reply_to !== undefined && { [REPLY]: replyTo.reply_to }) };
  return {
    ...(Object.keys(told).length > 0 && { meta: told }),
    ...(Object.keys(tags).length > 0 && { tags }),
  };
};
