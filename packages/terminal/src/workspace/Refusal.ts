import { ClickClackError } from "@clickclack/sdk/ClickClackError";
import { safeText } from "../safeText.ts";

/** What was typed cannot be done; the message says why. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Why something was refused, with the seconds to wait where waiting helps. */
export const refusalOf = (error: unknown): { readonly text: string; readonly code: string } => {
  if (error instanceof Refusal) return { text: error.message, code: error.code };
  if (!(error instanceof ClickClackError)) return { text: String(error), code: "internal" };
  const { retryAfter, code } = error;
  const issues = error.issues.map(({ path, message }) => `; ${path}: ${message}`).join("");
  const text = safeText(`${error.message}${issues}`);
  if (retryAfter === undefined) return { text, code };
  return { text: `${text}; not sent, try again in ${retryAfter} s`, code };
};
