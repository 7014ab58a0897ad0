import type { ChatMessage } from "../chat/Chat.ts";

/** How others reacted to a message; one's own reactions are marked. */
export const reactionsOf = ({ reactions = [] }: ChatMessage): ReadonlyArray<string> =>
  reactions.map(({ emoji, count, own }) => `${own ? "*" : ""}${emoji} ${count}`);

/** What others did to a message: how they reacted, and how many replies it has. */
export const notesOf = (message: ChatMessage): ReadonlyArray<string> => {
  const { replies = 0 } = message;
  return [
    ...reactionsOf(message),
    ...(replies > 0 ? [`${replies} ${replies === 1 ? "reply" : "replies"}`] : []),
  ];
};
