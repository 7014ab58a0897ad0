import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { TemplatedApp } from "uWebSockets.js";

const PATH = "/irc";

/** What stands between the tags, as a page's policy names it. */
const hashOf = (page: string, tag: "script" | "style"): string => {
  const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? "";
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
};

/** Serves the one-file client; nothing runs in it but its own script, and it talks to this server alone. */
export const servePage = (app: TemplatedApp): void => {
  const page = readFileSync(new URL("irc.html", import.meta.url), "utf8");
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(page, "script")}`,
    `style-src ${hashOf(page, "style")}`,
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  app.get(PATH, (res) => {
    res.onAborted(() => undefined);
    res.writeHeader("Content-Type", "text/html; charset=utf-8");
    res.writeHeader("Content-Security-Policy", policy);
    res.writeHeader("X-Content-Type-Options", "nosniff");
    res.writeHeader("Referrer-Policy", "no-referrer");
    res.writeHeader("Cache-Control", "no-cache");
    res.end(page);
  });
};
