/** What clients may ask for, and what it is told with where they speak 302. */
export const CAPABILITIES: Readonly<Record<string, string>> = {
  batch: "",
  "cap-notify": "",
  "draft/chathistory": "",
  "echo-message": "",
  "labeled-response": "",
  "message-tags": "",
  "multi-prefix": "",
  sasl: "PLAIN",
  "server-time": "",
};

/** The list as `CAP LS` tells it. */
export const capabilityList = (version: number): string =>
  Object.entries(CAPABILITIES)
    .map(([name, value]) => (version >= 302 && value !== "" ? `${name}=${value}` : name))
    .join(" ");

/** The capabilities after a request; undefined when any of it is unknown, in which case nothing changes. */
export const requested = (have: ReadonlySet<string>, list: string): ReadonlySet<string> | undefined => {
  const next = new Set(have);
  for (const word of list.split(" ").filter(Boolean)) {
    const off = word.startsWith("-");
    const name = off ? word.slice(1) : word;
    if (!Object.hasOwn(CAPABILITIES, name)) return undefined;
    if (off) next.delete(name);
    else next.add(name);
  }
  return next;
};
