/** Whom and what the references of a text mean here. */
export interface References {
  /** The handle of who has this id in Slack. */
  readonly handleOf: (slackId: string) => string | undefined;
  /** The name of the channel that has this id in Slack. */
  readonly channelOf: (slackId: string) => string | undefined;
}

export interface Translated {
  readonly text: string;
  /** Slack's ids of those whom it names, each once. */
  readonly mentioned: ReadonlyArray<string>;
}

/** Fenced blocks and code spans. */
const CODE = /(```[\s\S]*?```|`[^`\n]+`)/;
const REFERENCE = /<([^<>\n]{1,4000})>/g;
/** Stand for a reference until the text around it is done; neither is a character that anybody writes. */
const [OPEN, CLOSE] = ["\uE000", "\uE001"];
const HELD = /\uE000(\d+)\uE001/g;
const BOLD = /(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\p{L}\p{N}*])/gu;
const STRIKE = /(?<![\p{L}\p{N}~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\p{L}\p{N}~])/gu;
const LINK = /^(https?:\/\/|mailto:|tel:)[^\s]+$/i;

/** Slack's markup as Markdown. What stands in code stays as it is written. */
export const translateMrkdwn = (mrkdwn: string, references: References): Translated => {
  const mentioned = new Set<string>();
  const parts = mrkdwn.replace(/[\uE000\uE001]/g, "").split(CODE);
  const text = parts
    .map((part, i) => (i % 2 === 1 ? plainCode(part) : prose(part, references, mentioned)))
    .join("");
  return { text, mentioned: [...mentioned] };
};

/** Slack makes links of addresses in code, too, and writes three characters in another way. */
const plainCode = (code: string): string =>
  unescaped(
    code.replace(REFERENCE, (whole, inside: string) => (LINK.test(target(inside)) ? target(inside) : whole)),
  );

const target = (inside: string): string => inside.split("|")[0]!;

const prose = (text: string, references: References, mentioned: Set<string>): string => {
  const held: Array<string> = [];
  const without = text.replace(REFERENCE, (_, inside: string) => {
    held.push(reference(inside, references, mentioned));
    return `${OPEN}${held.length - 1}${CLOSE}`;
  });
  const marked = without.replace(BOLD, "**$1**").replace(STRIKE, "~~$1~~");
  return unescaped(marked).replace(HELD, (_, i: string) => held[Number(i)]!);
};

const reference = (inside: string, references: References, mentioned: Set<string>): string => {
  const at = inside.indexOf("|");
  const [head, label] = at < 0 ? [inside, ""] : [inside.slice(0, at), unescaped(inside.slice(at + 1))];
  switch (head[0]) {
    case "@": {
      const handle = references.handleOf(head.slice(1));
      if (handle === undefined) return `@${label.replace(/^@/, "") || head.slice(1)}`;
      mentioned.add(head.slice(1));
      return `@${handle}`;
    }
    case "#":
      return `#${references.channelOf(head.slice(1)) ?? (label.replace(/^#/, "") || head.slice(1))}`;
    case "!":
      return called(head.slice(1), label);
    default:
      return link(unescaped(head), label);
  }
};

const AUDIENCE = /^(channel|here|everyone|group)(\W|$)/;

/** `!here`, `!subteam^S1` with a group's handle, `!date^…` with what to show instead. */
const called = (what: string, label: string): string => {
  const [, audience] = AUDIENCE.exec(what) ?? [];
  if (audience !== undefined) return audience === "group" ? "@channel" : `@${audience}`;
  return label || what.split("^")[0]!;
};

const link = (url: string, label: string): string => {
  if (!LINK.test(url)) return label === "" || label === url ? url : `${label} (${url})`;
  const bare = url.replace(/^(mailto|tel):/i, "");
  if (label === "" || label === url || label === bare) return bare;
  return markdownLink(label, url);
};

/** A link whose label and address cannot break out of it. */
export const markdownLink = (label: string, url: string): string => {
  const shown = label.replace(/[\\[\]]/g, "\\$&").replace(/\s+/g, " ");
  const address = url.replace(/[()\\<>]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `[${shown}](${address})`;
};

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
