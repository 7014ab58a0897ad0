/** Types that a browser shows by itself and that can run nothing. SVG and HTML can; PDF viewers run scripts. */
const INLINE = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "video/mp4",
  "video/webm",
  "video/ogg",
  "audio/mpeg",
  "audio/mp4",
  "audio/ogg",
  "audio/wav",
  "audio/webm",
  "audio/flac",
  "text/plain",
]);
const OPAQUE = "application/octet-stream";
const TYPE = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/;

/** A part's `Content-Type` without its parameters, in lower case; bytes where it is none. */
export const contentTypeOf = (header: string): string => {
  const type = header.split(";")[0]!.trim().toLowerCase();
  return TYPE.test(type) ? type : OPAQUE;
};

/** Headers under which somebody's file can do no harm, whatever it says that it is. */
export const fileHeaders = (file: {
  readonly filename: string;
  readonly content_type: string;
}): Readonly<Record<string, string>> => {
  const inline = INLINE.has(file.content_type);
  const text = file.content_type === "text/plain" ? "; charset=utf-8" : "";
  return {
    "Content-Type": inline ? file.content_type + text : OPAQUE,
    "Content-Disposition": `${inline ? "inline" : "attachment"}; ${nameParameters(file.filename)}`,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Accept-Ranges": "bytes",
  };
};

/** Control characters, and what turns the direction of text: `gpj.exe` must not read as `exe.jpg`. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}]/gu;

/** The last part of a name, in the two forms that clients read: plain ASCII, and UTF-8 by RFC 8187. */
const nameParameters = (filename: string): string => {
  const last = filename.split(/[/\\]/).at(-1)!.replaceAll(UNSAFE, "").trim();
  const name = /^\.*$/.test(last) ? "download" : last;
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
};
