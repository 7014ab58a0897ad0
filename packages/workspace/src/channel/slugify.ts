/** Characters, not UTF-16 units: a cut never leaves half of one. */
const MAX_NAME = 80;

/** A channel's name as it is stored: lower case, words joined by hyphens; empty without a letter or digit. */
export const slugify = (name: string): string => {
  const words = name
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFKC")
    .replace(/[^\p{Letter}\p{Mark}\p{Number}_-]+/gu, "-")
    .replace(/-{2,}/g, "-")
    .replace(/^-+/, "");
  const slug = Array.from(words).slice(0, MAX_NAME).join("").replace(/-+$/, "");
  return /[\p{Letter}\p{Number}]/u.test(slug) ? slug : "";
};
