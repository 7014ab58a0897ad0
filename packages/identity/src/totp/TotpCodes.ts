import { BASE32 } from "@clickclack/protocol/Ids";
import { createHash, randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import type { AccountState } from "../account/Account.ts";
import type { SecondFactor, TotpState } from "../account/Totp.ts";
import type { Secrets } from "../secrets/Secrets.ts";

/** What authenticators take for granted: SHA-1, six digits, 30 seconds. */
const PERIOD_SECONDS = 30;
const DIGITS = 6;
const SECRET_BYTES = 20; // as long as SHA-1's digest, as RFC 4226 asks
/** Clocks differ, and typing takes time: the code before and the one after are good too. */
const WINDOW_STEPS = 1;
/** Codes for when the authenticator is lost: a page to print. */
const RECOVERY_CODES = 10;
const RECOVERY_CODE_LENGTH = 16; // base32 characters: 80 bits, so that a plain hash keeps them
const ISSUER = "ClickClack";

/** A secret as it is handed out, once, and as it is stored. */
export interface NewTotpSecret {
  /** Base32. */
  readonly secret: string;
  /** `otpauth://…`, for a QR code. */
  readonly url: string;
  readonly sealed: string;
}

const totpOf = (secret: Secret, label = ""): TOTP =>
  new TOTP({ issuer: ISSUER, label, secret, digits: DIGITS, period: PERIOD_SECONDS });

const hashOf = (code: string): string => createHash("sha256").update(code).digest("hex");

/** Makes secrets and codes of second factors, and finds out what a code is that somebody typed. */
export class TotpCodes {
  readonly #secrets: Secrets;
  readonly #now: () => number;

  constructor(secrets: Secrets, now: () => number = Date.now) {
    this.#secrets = secrets;
    this.#now = now;
  }

  newSecret({ email, handle }: Pick<AccountState, "email" | "handle">): NewTotpSecret {
    const secret = new Secret({ size: SECRET_BYTES });
    const url = totpOf(secret, email ?? handle).toString();
    return { secret: secret.base32, url, sealed: this.#secrets.seal("totp", secret.base32) };
  }

  /** What a code is; undefined for one that is wrong. Whether it was used already the account knows. */
  read({ sealed, recoveryCodes }: TotpState, typed: string): SecondFactor | undefined {
    const code = typed.toLowerCase().replaceAll(/[\s-]/g, "");
    if (/^\d{6}$/.test(code)) return this.#readTotp(sealed, code);
    const hash = hashOf(code);
    return recoveryCodes.includes(hash) ? { kind: "recovery", hash } : undefined;
  }

  /** Codes for one use each, as they are shown and as they are stored. */
  newRecoveryCodes(): { readonly codes: ReadonlyArray<string>; readonly hashes: ReadonlyArray<string> } {
    const codes = Array.from({ length: RECOVERY_CODES }, () =>
      Array.from(randomBytes(RECOVERY_CODE_LENGTH), (byte) => BASE32.charAt(byte & 31)).join(""),
    );
    return {
      codes: codes.map((code) => code.replaceAll(/(.{4})(?=.)/g, "$1-")),
      hashes: codes.map(hashOf),
    };
  }

  #readTotp(sealed: string, token: string): SecondFactor | undefined {
    const secret = this.#secrets.open("totp", sealed);
    if (secret === undefined)
      throw new Error("a second factor cannot be opened: CLICKCLACK_SECRET_KEY is not what it was");
    const timestamp = this.#now();
    const totp = totpOf(Secret.fromBase32(secret));
    const delta = totp.validate({ token, timestamp, window: WINDOW_STEPS });
    return delta === null ? undefined : { kind: "totp", sealed, step: totp.counter({ timestamp }) + delta };
  }
}
