/** Where a browser came to be, as the last answer on its way. */
export interface Landed {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface Cookie {
  readonly value: string;
  readonly path: string;
}

const MAX_REDIRECTS = 20;

/** A browser as far as redirects and cookies go: no page is shown, and every address that it was sent to is remembered. */
export class Browser {
  /** By origin, then by name. */
  readonly #jars = new Map<string, Map<string, Cookie>>();
  readonly visited: Array<URL> = [];

  cookie(origin: string, name: string): string | undefined {
    return this.#jars.get(origin)?.get(name)?.value;
  }

  setCookie(origin: string, name: string, value: string, path = "/"): void {
    const jar = this.#jars.get(origin) ?? new Map<string, Cookie>();
    this.#jars.set(origin, jar);
    jar.set(name, { value, path });
  }

  forget(origin: string, name: string): void {
    this.#jars.get(origin)?.delete(name);
  }

  /** Goes to one address and stays there, wherever it is sent on to. */
  async step(address: string | URL): Promise<Landed> {
    const url = new URL(address);
    this.visited.push(url);
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { Cookie: this.#cookiesFor(url), Accept: "text/html", "Sec-Fetch-Site": "cross-site" },
    });
    for (const header of answer.headers.getSetCookie()) this.#keep(url.origin, header);
    return { url, status: answer.status, headers: answer.headers, body: await answer.text() };
  }

  /** Goes wherever it is sent, until nobody sends it on, or to where `stopAt` says so. */
  async go(address: string | URL, stopAt: (url: URL) => boolean = () => false): Promise<Landed> {
    let landed = await this.step(address);
    for (let hops = 0; landed.status >= 300 && landed.status < 400; hops++) {
      if (hops === MAX_REDIRECTS) throw new Error(`sent in circles: ${this.visited.map(String).join(" → ")}`);
      const next = new URL(landed.headers.get("Location")!, landed.url);
      if (stopAt(next)) return { ...landed, url: next };
      landed = await this.step(next);
    }
    return landed;
  }

  #cookiesFor({ origin, pathname }: URL): string {
    return [...(this.#jars.get(origin) ?? [])]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
  }

  #keep(origin: string, header: string): void {
    const [pair = "", ...attributes] = header.split(";").map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf("="));
    const value = pair.slice(pair.indexOf("=") + 1);
    const valueOf = (wanted: string) =>
      attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const ended = valueOf("max-age") === "0" || Date.parse(valueOf("expires") ?? "2100-01-01") < Date.now();
    if (ended) this.forget(origin, name);
    else this.setCookie(origin, name, value, valueOf("path") ?? "/");
  }
}
