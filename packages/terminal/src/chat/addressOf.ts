const PATH = "/terminal";

/** Where a server's terminal chat is, as a WebSocket's address: `http://HOST:PORT` and `ws://HOST:PORT/terminal` mean the same. */
export const addressOf = (server: string): string => {
  const url = new URL(server.replace(/^http/i, "ws"));
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith(PATH) ? path : `${path}${PATH}`;
  return url.href;
};
