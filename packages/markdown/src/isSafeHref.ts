/** Absolute, so that no link depends on the page that shows it. */
const ALLOWED = /^(?:https?:\/\/|mailto:)/i;
/** White space, controls and backslashes: browsers read an address that has them differently from how it looks. */
const MISLEADING = /[\p{Cc}\p{Zs}\p{Zl}\p{Zp}\p{Cf}\\]/u;

/**
 * Whether a message may link to this address: http, https and mailto alone. An address that carries a user's name or
 * password is refused too: `https://bank.example@elsewhere.example` leads elsewhere.
 */
export const isSafeHref = (href: string): boolean => {
  if (!ALLOWED.test(href) || MISLEADING.test(href) || !URL.canParse(href)) return false;
  const { protocol, hostname, username, password, pathname } = new URL(href);
  if (protocol === "mailto:") return pathname !== "";
  return /^https?:$/.test(protocol) && hostname !== "" && username === "" && password === "";
};
