/** Request line and headers together: a search of 500 characters, percent-encoded, beside the cookies of a whole company. */
export const MAX_HEADER_BYTES = 16 * 1024;

// Read by uWebSockets.js when it is loaded, so this module has to be imported before it.
process.env["UWS_HTTP_MAX_HEADERS_SIZE"] ??= String(MAX_HEADER_BYTES);
