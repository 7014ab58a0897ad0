/**
 * Fields that hold what somebody typed, or what another program means by it. They are never taken for ids, whatever stands
 * in them: a message that consists of an id stays that message.
 */
export const TEXT_FIELDS: ReadonlySet<string> = new Set([
  "body",
  "quoted_body_snapshot",
  "name",
  "display_name",
  "display_title",
  "sidebar_section",
  "external_ref",
  "external_url",
  "icon_url",
  "avatar_url",
  "filename",
  "content_type",
  "emoji",
  "nonce",
  "turn_id",
  "slug",
  "handle",
  "nick",
  "previous",
  "email",
  "note",
  "notes",
  "moderation_note",
  "reason",
  "title",
  "topic",
  "purpose",
  "description",
  "text",
  "label",
  "comment",
  "message",
  "meta",
]);

/** Fields that tell which command or request was the cause: history, which nothing refers to. */
export const CAUSE_FIELDS: ReadonlySet<string> = new Set(["causation_id", "correlation_id", "credential_id"]);

/** Calls back for every string in a document that may be an id: all but texts and causes. */
export const eachIdentifier = (value: unknown, onId: (id: string) => void, field = ""): void => {
  if (TEXT_FIELDS.has(field) || CAUSE_FIELDS.has(field)) return;
  if (typeof value === "string") return onId(value);
  if (Array.isArray(value)) for (const one of value) eachIdentifier(one, onId, field);
  else if (typeof value === "object" && value !== null)
    for (const [name, one] of Object.entries(value)) eachIdentifier(one, onId, name);
};

/** The same document with every string that may be an id replaced; what is not changed is the same object. */
export const mapIdentifiers = <Value>(value: Value, idOf: (id: string) => string, field = ""): Value => {
  if (TEXT_FIELDS.has(field) || CAUSE_FIELDS.has(field)) return value;
  if (typeof value === "string") return idOf(value) as Value;
  if (Array.isArray(value)) {
    const mapped = value.map((one: unknown) => mapIdentifiers(one, idOf, field));
    return mapped.some((one, i) => one !== value[i]) ? (mapped as Value) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  let changed = false;
  const entries = Object.entries(value).map(([name, one]: [string, unknown]) => {
    const mapped = mapIdentifiers(one, idOf, name);
    const newName = idOf(name);
    changed ||= mapped !== one || newName !== name;
    return [newName, mapped] as const;
  });
  return changed ? (Object.fromEntries(entries) as Value) : value;
};
