/** Handles that one message calls at the most, as the server counts them. */
const MAX_HANDLES = 50;
const AUDIENCES: ReadonlySet<string> = new Set(["channel", "here", "everyone"]);

/** Whom the server takes a text to call. `test/e2e/renderedMentions.test.ts` holds it to the server's own reading. */
const MENTION = /(?<![\p{Letter}\p{Number}_@/.-])@([a-z0-9_-]{2,32})(?![\p{Letter}\p{Number}_@])/giu;
const CODE = /(`{3,}|~{3,})[\s\S]*?(?:\1|$)|(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)/g;

/** The handles (in lower case, without `@`) and the words for everybody that a message's source calls. */
export const calledIn = (source: string): ReadonlySet<string> => {
  const handles = new Set<string>();
  const audiences = new Set<string>();
  for (const [, name] of source.replace(CODE, " ").matchAll(MENTION)) {
    const handle = name!.toLowerCase().replace(/-+$/, "");
    if (AUDIENCES.has(handle)) audiences.add(handle);
    else if (handle !== "" && handles.size < MAX_HANDLES) handles.add(handle);
  }
  return new Set([...handles, ...audiences]);
};
