import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LoopbackServer } from "../../support/LoopbackServer.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SOURCE = join(ROOT, "packages/markdown/src");
/** What a browser needs beside our own modules, as their packages ship it. */
const LIBRARIES: Readonly<Record<string, string>> = {
  "/markdown-it.mjs": "node_modules/markdown-it/dist/browser/markdown-it.esm.min.mjs",
  "/dompurify.mjs": "node_modules/dompurify/dist/purify.es.mjs",
};
const IMPORTS = JSON.stringify({
  imports: { "markdown-it": "/markdown-it.mjs", dompurify: "/dompurify.mjs" },
});
const PAGE = `<!doctype html><meta charset="utf-8"><title>harness</title><link rel="icon" href="data:,"><body>
<script type="importmap">${IMPORTS}</script><script type="module" src="/src/testing/page/installHarness.ts"></script>`;

const contentOf = async (path: string): Promise<{ type: string; body: string } | undefined> => {
  if (path === "/") return { type: "text/html", body: PAGE };
  if (path === "/landed") return { type: "text/html", body: "<!doctype html><title>landed</title>landed" };
  if (path === "/sentinel")
    return { type: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>' };
  const library = LIBRARIES[path];
  if (library !== undefined)
    return { type: "text/javascript", body: await readFile(join(ROOT, library), "utf8") };
  if (!/^\/src\/[\w/]+\.ts$/.test(path)) return undefined;
  const source = await readFile(join(SOURCE, path.slice("/src".length)), "utf8");
  return { type: "text/javascript", body: stripTypeScriptTypes(source) };
};

/** Serves the modules of `packages/markdown` to a browser, types stripped, and remembers who asked for what. */
export class PageServer extends LoopbackServer {
  readonly requests: Array<{ readonly path: string; readonly referer: string | undefined }> = [];

  static start(): Promise<PageServer> {
    return new PageServer().listen();
  }

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    this.requests.push({ path, referer: request.headers.referer });
    const content = await contentOf(path).catch(() => undefined);
    response.writeHead(content === undefined ? 404 : 200, { "Content-Type": content?.type ?? "text/plain" });
    response.end(content?.body ?? "nothing here");
  }
}
