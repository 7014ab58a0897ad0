import { escapeHtml } from "@clickclack/identity/mail/escapeHtml";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");

/** Modules as one: each may import what those before it export, and nothing else. */
const inOne = (...names: ReadonlyArray<string>): string =>
  names
    .map((name) =>
      read(name)
        .replaceAll(/^import .*\n/gm, "")
        .replaceAll(/^export /gm, ""),
    )
    .join("\n");

/** One page with its style and its script in it: nothing but these very two may run, and nothing else is loaded. */
export class Page {
  readonly #html: string;
  /** `Content-Security-Policy` of the page. */
  readonly policy: string;

  /** Reads `<name>.html`, and `<name>.js` where the page does something. */
  constructor(name: string, options: { readonly script: boolean }) {
    const style = read("page.css");
    const script = options.script ? inOne("page.js", `${name}.js`) : "";
    this.#html = read("layout.html")
      .replace("{{content}}", () => read(`${name}.html`))
      .replace("{{style}}", () => style)
      .replace("{{script}}", () => (options.script ? `<script type="module">${script}</script>` : ""));
    this.policy = [
      "default-src 'none'",
      `script-src ${options.script ? hashOf(script) : "'none'"}`,
      `style-src ${hashOf(style)}`,
      "connect-src 'self'",
      "img-src data:",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; ");
  }

  /** The page with what it is to show: texts by name, and what its script finds in `document.body.dataset.page`. */
  render(texts: Readonly<Record<string, string>>, data: object = {}): string {
    return this.#html.replace(/\{\{(\w+)\}\}/g, (whole, name: string) =>
      name === "data" ? escapeHtml(JSON.stringify(data)) : escapeHtml(texts[name] ?? whole),
    );
  }
}
