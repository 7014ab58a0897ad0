import type { HostileCase } from "@clickclack/markdown/testing/hostile/HostileCase";
import type { Findings, Harness, Rendering } from "@clickclack/markdown/testing/page/Harness";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** Cases that are on the page at once, and their characters: laying out a long page anew takes its time. */
const BATCH = 40;
const BATCH_CHARACTERS = 40_000;
const OWN = /^\/(?:|src\/[\w/]+\.ts|markdown-it\.mjs|dompurify\.mjs|sentinel)$/;

/** What cases led to, by what the page saw and by what the browser saw from outside of it. */
export interface Report {
  readonly found: ReadonlyMap<number, ReadonlySet<string>>;
  /** Requests, dialogs, navigations, new pages and frames, errors: whatever the page cannot hide. */
  readonly outside: ReadonlyArray<string>;
}

/** Cuts cases into what one page shows at once. */
const batches = (cases: ReadonlyArray<HostileCase>): ReadonlyArray<ReadonlyArray<HostileCase>> => {
  const cut: Array<Array<HostileCase>> = [];
  let room = 0;
  for (const one of cases) {
    room -= one.text.length;
    if (room < 0 || cut.at(-1)!.length === BATCH) {
      cut.push([]);
      room = BATCH_CHARACTERS - one.text.length;
    }
    cut.at(-1)!.push(one);
  }
  return cut;
};

/** Pages of a browser that report whatever the texts on them set off. */
export class Tripwire {
  readonly #context: BrowserContext;
  readonly #origin: string;
  readonly #outside: Array<string> = [];
  #page: Page | undefined;

  private constructor(context: BrowserContext, origin: string) {
    this.#context = context;
    this.#origin = origin;
  }

  static async open(browser: Browser, origin: string): Promise<Tripwire> {
    const context = await browser.newContext({ acceptDownloads: false });
    const tripwire = new Tripwire(context, origin);
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.href === "data:,") return;
      if (url.origin !== origin || !OWN.test(url.pathname)) tripwire.#outside.push(`request ${url.href}`);
    });
    return tripwire;
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  async show(cases: ReadonlyArray<HostileCase>, rendering: Rendering): Promise<Report> {
    const found = new Map<number, Set<string>>();
    for (const batch of batches(cases)) {
      for (const [index, what] of await this.#show(batch, rendering))
        found.set(index, (found.get(index) ?? new Set()).add(what));
    }
    return { found, outside: this.#outside.splice(0) };
  }

  /** Shows a batch; one that ends its page is shown again in halves, until the guilty case is found. */
  async #show(cases: ReadonlyArray<HostileCase>, rendering: Rendering): Promise<Findings> {
    const page = await this.#live();
    try {
      return await page.evaluate(
        ([shown, how]) => (globalThis as unknown as { harness: Harness }).harness.show(shown, how),
        [cases, rendering] as const,
      );
    } catch (error) {
      this.#outside.push(`the page was lost: ${String(error)}`);
      this.#page = undefined;
      await page.close();
      if (cases.length === 1) return [[cases[0]!.index, "ended the page"]];
      const half = Math.ceil(cases.length / 2);
      const first = await this.#show(cases.slice(0, half), rendering);
      return [...first, ...(await this.#show(cases.slice(half), rendering))];
    }
  }

  async #live(): Promise<Page> {
    if (this.#page !== undefined) return this.#page;
    const page = await this.#context.newPage();
    await page.goto(this.#origin);
    await page.waitForFunction("harness");
    const saw = (what: string) => this.#outside.push(what);
    page.on("dialog", (dialog) => {
      saw(`dialog ${dialog.message()}`);
      void dialog.dismiss().catch(() => undefined);
    });
    page.on("popup", (popup) => {
      saw(`new page ${popup.url()}`);
      void popup.close().catch(() => undefined);
    });
    page.on("frameattached", () => saw("a frame"));
    page.on("framenavigated", (frame) => saw(`navigation to ${frame.url()}`));
    page.on("pageerror", (error) => saw(`error ${error.message}`));
    page.on("console", (message) => saw(`console ${message.text()}`));
    page.on("download", () => saw("a download"));
    page.on("worker", () => saw("a worker"));
    this.#page = page;
    return page;
  }
}
