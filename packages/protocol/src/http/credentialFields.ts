import * as Schema from "effect/Schema";
import { TypedText } from "./endpoint.ts";

/** An email or a handle with its `@`: the longest email is the longest of them. */
export const MAX_NAME_LENGTH = 254;
/** Longer than any passphrase that somebody types; hashing takes no longer for it than for a short one. */
export const MAX_PASSWORD_LENGTH = 256;

/** A password as it was typed: it is never trimmed. Whether a new one is strong enough is for the account to say. */
export const Password = Schema.String.check(
  Schema.isMinLength(1, { message: "a password is needed" }),
  Schema.isMaxLength(MAX_PASSWORD_LENGTH, {
    message: `a password has at most ${MAX_PASSWORD_LENGTH} characters`,
  }),
);

/** Six digits of an authenticator, or a recovery code; spaces and dashes do not matter. */
export const SecondFactorCode = TypedText(64);
