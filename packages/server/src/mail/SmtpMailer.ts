import { isMailAddress, type Mail, type Mailer, MailerBusy } from "@clickclack/identity/mail/Mailer";
import { createTransport } from "nodemailer";

/** Connections to the mail server at once. */
const CONNECTIONS = 4;
/** Mails that wait for one: some minutes' worth of a slow server. */
const MAX_QUEUED = 500;
/** A mail server that does not connect, greet or answer for this long is away; ms. */
const TIMEOUT_MS = 15_000;
/** Mails under way get this long when the process stops; ms. */
const CLOSE_WITHIN_MS = 5_000;

export interface SmtpSettings {
  /** `smtp://user:password@host:port`, or `smtps://…` for TLS from the start. */
  readonly url: URL;
  /** Who the mails are from: an address, or `Name <address>`. */
  readonly from: { readonly name: string; readonly address: string };
}

/** Sends mail by SMTP, a few at a time; with TLS where the server offers it. */
export class SmtpMailer implements Mailer {
  readonly #transport: ReturnType<typeof transportTo>;
  readonly #from: SmtpSettings["from"];
  readonly #underWay = new Set<Promise<unknown>>();

  constructor({ url, from }: SmtpSettings) {
    this.#transport = transportTo(url);
    this.#from = from;
  }

  async send({ to, subject, text, html }: Mail): Promise<void> {
    if (!isMailAddress(to)) throw new Error("mail is sent to one plain address");
    if (/[\r\n]/.test(subject)) throw new Error("a mail's subject is one line");
    if (this.#underWay.size >= MAX_QUEUED) throw new MailerBusy("too many mails wait to be sent");
    const sending = this.#transport.sendMail({
      from: this.#from,
      // As it is, never as text that a list or a name could be read out of.
      to: { name: "", address: to },
      envelope: { from: this.#from.address, to: [to] },
      subject,
      text,
      ...(html !== undefined && { html }),
      headers: { "Auto-Submitted": "auto-generated" },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.#underWay.add(sending);
    // Without the cause, which may hold what was sent.
    const failure = await sending.then(() => undefined, reasonOf);
    this.#underWay.delete(sending);
    if (failure !== undefined) throw new Error(`the mail server did not take a mail: ${failure}`);
  }

  /** Waits a little for what is under way, and ends the connections. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_WITHIN_MS)));
    await Promise.race([Promise.allSettled(this.#underWay), limit]);
    clearTimeout(timer);
    this.#transport.close();
  }
}

const transportTo = (url: URL) =>
  createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    ...(url.port !== "" && { port: Number(url.port) }),
    secure: url.protocol === "smtps:",
    ...(url.username !== "" && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
  });

/** The library's code and the server's number: what a server says in words may hold addresses and what was sent. */
const reasonOf = (error: unknown): string => {
  const { code, responseCode } = (error ?? {}) as {
    readonly code?: unknown;
    readonly responseCode?: unknown;
  };
  return [code, responseCode].filter((part) => part !== undefined).join(" ") || "unknown";
};
