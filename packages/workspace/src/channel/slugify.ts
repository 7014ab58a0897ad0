const MAX_NAME = 80;

/** A channel's name as it is stored: lower case, words joined by hyphens; empty when nothing usable is left. */
export const slugify = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}_-]+/gu, "-")
    .replace(/-{2,}/g, "-")
    .slice(0, MAX_NAME)
    .replace(/^-+|-+$/g, "");
