import type { Audience } from "@clickclack/protocol/events/WorkspaceEvents";

/** Whom a text calls, as it is written. */
export interface ParsedMentions {
  /** Handles in lower case, without `@`, each once. */
  readonly handles: ReadonlyArray<string>;
  readonly audiences: ReadonlyArray<Audience>;
}

/** Handles looked up for one message; who writes more of them writes a list, not a call. */
const MAX_HANDLES = 50;
const AUDIENCES: ReadonlyArray<string> = ["channel", "here", "everyone"] satisfies ReadonlyArray<Audience>;

/** An `@` that begins a word, and what may be a handle behind it. */
const MENTION = /(?<![\p{Letter}\p{Number}_@/.-])@([a-z0-9_-]{2,32})(?![\p{Letter}\p{Number}_@])/giu;
/** Fenced blocks and code spans are shown, not said. */
const CODE = /(`{3,}|~{3,})[\s\S]*?(?:\1|$)|(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)/g;

/** Finds `@handle`, `@channel`, `@here` and `@everyone` outside of code. */
export const parseMentions = (body: string): ParsedMentions => {
  const handles = new Set<string>();
  const audiences = new Set<Audience>();
  for (const [, name] of body.replace(CODE, " ").matchAll(MENTION)) {
    const handle = name!.toLowerCase().replace(/-+$/, "");
    if (AUDIENCES.includes(handle)) audiences.add(handle as Audience);
    else if (handles.size < MAX_HANDLES) handles.add(handle);
  }
  return { handles: [...handles], audiences: [...audiences] };
};
