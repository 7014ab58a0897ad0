const READ = [
  "workspaces:read",
  "channels:read",
  "messages:read",
  "threads:read",
  "dms:read",
  "realtime:read",
  "profile:read",
] as const;
const WRITE = ["messages:write", "threads:write", "dms:write", "uploads:write", "commands:write"] as const;

/** What a bot's token may be good for. */
export const SCOPES = [...READ, ...WRITE, "channels:write", "agent_activity:write"] as const;

export type Scope = (typeof SCOPES)[number];

/** Names for many scopes; what a token holds is what its bundle meant when it was issued. None includes `agent_activity:write`. */
export const SCOPE_BUNDLES = {
  "bot:read": READ,
  "bot:write": [...READ, ...WRITE],
  "bot:admin": [...READ, ...WRITE, "channels:write"],
} as const satisfies Readonly<Record<string, ReadonlyArray<Scope>>>;
