import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** Of a key that others are derived from. */
const KEY_BYTES = 32;
const NONCE_BYTES = 12; // what AES-GCM takes
const TAG_BYTES = 16;

/** What each derived key is for: a text that was made for one purpose is no good for another. */
export type SecretPurpose = "invite" | "oauth-state" | "totp" | "resume";

/** A new root key, as text. */
export const newSecretKey = (): string => randomBytes(KEY_BYTES).toString("base64url");

/**
 * What a deployment signs and seals with; all of its processes have the same root key, which is derived anew for each
 * purpose and never used itself.
 */
export class Secrets {
  readonly #root: Uint8Array;
  readonly #keys = new Map<SecretPurpose, Buffer>();

  /** `key` is base64url or base64 of at least 32 bytes. Throws an Error for any other text. */
  constructor(key: string) {
    const root = Buffer.from(key, "base64url");
    if (root.byteLength < KEY_BYTES) throw new Error(`a secret key is base64 of at least ${KEY_BYTES} bytes`);
    this.#root = root;
  }

  /** HMAC-SHA-256 of a text; whoever has no root key can neither make nor guess it. */
  sign(purpose: SecretPurpose, text: string): Buffer {
    return createHmac("sha256", this.#key(purpose)).update(text).digest();
  }

  /** A text that {@link open} gives back, and that nobody else can read or change; base64url. */
  seal(purpose: SecretPurpose, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key(purpose), nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
  }

  /** What was sealed for this purpose; undefined for anything else. */
  open(purpose: SecretPurpose, sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.byteLength < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", this.#key(purpose), bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      const text = Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
        decipher.final(),
      ]);
      return text.toString("utf8");
    } catch {
      return undefined;
    }
  }

  #key(purpose: SecretPurpose): Buffer {
    const known = this.#keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync("sha256", this.#root, "clickclack", purpose, KEY_BYTES));
    this.#keys.set(purpose, key);
    return key;
  }
}
