import { type SMTPServerSession, SMTPServer } from "smtp-server";
import type { AddressInfo } from "node:net";
import { until } from "../until.ts";

/** A mail as it came over the wire. */
export interface Received {
  readonly from: string;
  readonly to: ReadonlyArray<string>;
  /** Headers and body, as they were sent. */
  readonly raw: string;
  /** Its text part, decoded. */
  readonly text: string;
}

export const SMTP_ACCOUNT = { user: "mailer", password: "smtp-password-canary" };

/** A mail server of the suite's own: keeps what it is sent. */
export class Inbox {
  readonly mails: Array<Received> = [];
  /** Refuses what comes with this text, until it is undefined again. */
  refusal: string | undefined;
  readonly #server: SMTPServer;

  private constructor() {
    this.#server = new SMTPServer({
      authMethods: ["PLAIN"],
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _, done) => {
        const good = username === SMTP_ACCOUNT.user && password === SMTP_ACCOUNT.password;
        done(good ? null : new Error("no"), { user: username });
      },
      onRcptTo: (_, __, done) => done(this.refusal === undefined ? null : new Error(this.refusal)),
      onData: (stream, session, done) => {
        const chunks: Array<Buffer> = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          this.#keep(session, Buffer.concat(chunks).toString("utf8"));
          done();
        });
      },
    });
  }

  static async start(): Promise<Inbox> {
    const inbox = new Inbox();
    await new Promise<void>((done) => inbox.#server.listen(0, "127.0.0.1", done));
    return inbox;
  }

  get url(): string {
    const { port } = this.#server.server.address() as AddressInfo;
    return `smtp://${SMTP_ACCOUNT.user}:${SMTP_ACCOUNT.password}@127.0.0.1:${port}`;
  }

  stop(): Promise<void> {
    return new Promise((done) => this.#server.close(done));
  }

  /** The mails to an address, as soon as there are so many. */
  async mailsTo(address: string, count = 1): Promise<ReadonlyArray<Received>> {
    return until(
      () => {
        const found = this.mails.filter(({ to }) => to.includes(address));
        return found.length >= count && found;
      },
      { what: `mail to ${address}` },
    );
  }

  #keep({ envelope }: SMTPServerSession, raw: string): void {
    const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
    const to = envelope.rcptTo.map(({ address }) => address);
    this.mails.push({ from, to, raw, text: textOf(raw) });
  }
}

/** The first part of type text/plain: as it is, quoted-printable or base64. */
const textOf = (raw: string): string => {
  const part = /Content-Type: text\/plain[^]*?\r\n\r\n([^]*?)(?=\r\n--|$)/i.exec(raw);
  const [head, body] = [part?.[0] ?? "", part?.[1] ?? ""];
  if (/Content-Transfer-Encoding: base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  if (!/Content-Transfer-Encoding: quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
};
