/** A chunk of this length is followed by another. */
const CHUNK = 400;
/** Names and passwords are short; nobody needs more. */
const MAX_ANSWER = 1_200;

/** What came of a line of AUTHENTICATE. */
export type SaslStep =
  | { readonly _tag: "Continue" }
  | { readonly _tag: "More" }
  | { readonly _tag: "Aborted" }
  | { readonly _tag: "Failed" }
  | { readonly _tag: "TooLong" }
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "Plain"; readonly name: string; readonly password: string };

/** The exchange of SASL PLAIN. */
export class Sasl {
  #begun = false;
  #answer = "";

  take(text: string): SaslStep {
    if (text === "*") return this.#end({ _tag: "Aborted" });
    if (!this.#begun) {
      if (text.toUpperCase() !== "PLAIN") return { _tag: "Unknown" };
      this.#begun = true;
      return { _tag: "Continue" };
    }
    if (text.length > CHUNK || this.#answer.length + text.length > MAX_ANSWER)
      return this.#end({ _tag: "TooLong" });
    if (text !== "+") this.#answer += text;
    if (text.length === CHUNK) return { _tag: "More" };
    const [authorize = "", name = "", password] = Buffer.from(this.#answer, "base64")
      .toString("utf8")
      .split("\0");
    if (password === undefined || name === "" || (authorize !== "" && authorize !== name))
      return this.#end({ _tag: "Failed" });
    return this.#end({ _tag: "Plain", name, password });
  }

  #end(step: SaslStep): SaslStep {
    this.#begun = false;
    this.#answer = "";
    return step;
  }
}
