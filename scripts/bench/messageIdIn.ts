const FIELD = '"message_id":"';
const ID_LENGTH = "msg_".length + 26;

/** The id of the message that a frame or an answer tells of, without parsing it. */
export const messageIdIn = (text: Buffer | string): string | undefined => {
  const at = text.indexOf(FIELD);
  if (at < 0) return undefined;
  const from = at + FIELD.length;
  return typeof text === "string"
    ? text.slice(from, from + ID_LENGTH)
    : text.toString("latin1", from, from + ID_LENGTH);
};
