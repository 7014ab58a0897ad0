const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether a text calls this name, as a word of its own and in whatever case. */
export const mentions = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\p{L}\\p{N}_-])@?${escaped(name)}(?![\\p{L}\\p{N}_-])`, "iu").test(text);
