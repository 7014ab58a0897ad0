/** Request line and headers together: a search of 500 characters, percent-encoded, beside the cookies of a whole company. */
const MAX_HEADER_BYTES = 16 * 1024;

// Read by uWebSockets.js when it is loaded. An import at the top would be loaded before this line, in a bundle before all else.
process.env["UWS_HTTP_MAX_HEADERS_SIZE"] ??= String(MAX_HEADER_BYTES);

export const { App, us_listen_socket_close, us_socket_local_port } = await import("uWebSockets.js");
