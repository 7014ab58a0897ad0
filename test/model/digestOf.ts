import type { EventFrame } from "@clickclack/protocol/realtime/Frames";

/** What a frame is about, in the words of the model's events; a type that the model does not know stands out. */
export const digestOf = ({ type, channel_id, payload, seq }: EventFrame): string => {
  const place = channel_id ?? payload["direct_conversation_id"] ?? "everywhere";
  const { message_id, root_message_id, user_id, emoji, count, archived } = payload;
  const about = () => {
    switch (type) {
      case "channel.created":
        return [payload["channel_id"]];
      case "channel.updated":
        return [payload["channel_id"], archived];
      case "member.moderation_updated":
        return [user_id];
      case "message.created":
        return [message_id, seq];
      case "thread.state_updated":
        return [root_message_id];
      case "reaction.added":
      case "reaction.removed":
        return [message_id, emoji, count];
      default:
        return [message_id];
    }
  };
  return [place, type, ...about()].join(" ");
};
