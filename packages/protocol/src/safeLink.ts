const HTTP = /^https?:\/\//i;
/** Browsers drop tabs and line breaks out of addresses, and read a backslash as a slash: `/\t/evil.example` names another host. */
const NEVER = /[\s\\\p{Cc}]/u;

/**
 * Whether an address may stand where people click or browsers load: nothing, or `http://` and `https://`. Where
 * `paths` are allowed also one of this server, which begins with one slash. Never a script, whatever it is disguised as.
 */
export const isSafeLink = (url: string, { paths = false } = {}): boolean => {
  if (url === "") return true;
  if (NEVER.test(url)) return false;
  if (HTTP.test(url)) return URL.canParse(url);
  return paths && url.startsWith("/") && !url.startsWith("//");
};
