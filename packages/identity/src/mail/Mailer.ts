/** One mail to one person. */
export interface Mail {
  /** An address alone, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/** No mail can be taken right now; nothing was sent. */
export class MailerBusy extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MailerBusy";
  }
}

/** Sends mail. */
export interface Mailer {
  /** Resolves when a mail server has taken the mail. Throws MailerBusy, or an Error without secrets that says what failed. */
  readonly send: (mail: Mail) => Promise<void>;
}

/** Keeps what it is given, for tests. */
export class MemoryMailer implements Mailer {
  readonly mails: Array<Mail> = [];

  async send(mail: Mail): Promise<void> {
    this.mails.push(mail);
  }
}

/**
 * Whether a text is one address and nothing else: no list, no name, nothing that a header or an SMTP command could be
 * ended with.
 */
export const isMailAddress = (text: string): boolean =>
  text.length <= 254 &&
  /^[^\s\p{Cc}\p{Cf}@<>()[\]\\,;:"]{1,64}@[^\s\p{Cc}\p{Cf}@<>()[\]\\,;:"]+$/u.test(text);
