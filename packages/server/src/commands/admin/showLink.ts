/** Stands for the server's address where it is not known. */
const ANYWHERE = "HOST:PORT";

/** How to turn a one-time token into a session, at the server with this address. */
export const showLink = (token: string, expiresAt: string | undefined, addr: string | undefined): string =>
  [
    `good once, until ${expiresAt}; it opens a session by`,
    `  curl http://${addr || ANYWHERE}/api/auth/magic/consume -H 'Content-Type: application/json' -d '{"token":"${token}"}'`,
  ].join("\n");
