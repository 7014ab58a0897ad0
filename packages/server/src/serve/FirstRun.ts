import type { FirstOwner, Setup } from "@clickclack/gateway/signIn/Setup";
import { handleFrom } from "@clickclack/identity/account/handleFrom";
import { requireStrong } from "@clickclack/identity/password/requireStrong";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { BASE32 } from "@clickclack/protocol/Ids";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Deployment } from "../Deployment.ts";
import { makeOwner, ownerOf, refuseSecond } from "../operator/bootstrap.ts";
import { Operator } from "../operator/Operator.ts";
import { isLoopbackHost, type Settings } from "./Settings.ts";

const CODE_LENGTH = 8; // base32 characters: 40 bits, against ten guesses
/** Whoever reads a code off a screen needs a few tries; a program that guesses gets no further. */
const MAX_GUESSES = 10;

/** One process's offer to own the deployment in the browser, for as long as nobody does. */
export class FirstRun implements Setup {
  readonly #deployment: Deployment;
  readonly #code: string;
  #guesses = 0;
  #busy = false;

  constructor(deployment: Deployment, code: string) {
    this.#deployment = deployment;
    this.#code = code;
  }

  async refusal(): Promise<ApiFailure | undefined> {
    return refuseSecond(this.#deployment).then(
      () => undefined,
      (failure: unknown) => {
        if (failure instanceof ApiFailure) return failure;
        throw failure;
      },
    );
  }

  async own({ code, name, email, workspace, password }: FirstOwner): ReturnType<Setup["own"]> {
    await refuseSecond(this.#deployment);
    if (this.#busy) throw new ApiFailure("conflict", "this deployment is being set up right now");
    this.#requireCode(code);
    // Before anybody owns anything: whoever is told that it is weak tries again.
    if (password !== undefined) requireStrong(password, { handle: handleFrom(name), email });
    this.#busy = true;
    try {
      const owned = await makeOwner(new Operator(this.#deployment), { name, email, workspace });
      if (password !== undefined)
        await this.#deployment.passwords.set(owned.userId, password, { user_id: owned.userId });
      return owned;
    } finally {
      this.#busy = false;
    }
  }

  #requireCode(code: string): void {
    if (this.#guesses >= MAX_GUESSES) {
      throw new ApiFailure(
        "too_many_requests",
        "this code was guessed at too often; start the server again for a new one, or use  clickclack admin bootstrap",
      );
    }
    if (timingSafeEqual(digest(code), digest(this.#code))) return;
    this.#guesses++;
    throw new ApiFailure("forbidden", "this is not the code that the server printed when it started");
  }
}

/** What a gateway offers to whoever started it, and the code to show. */
interface OpenedFirstRun {
  readonly setup: Setup | undefined;
  readonly code: string | undefined;
}

/** An offer where the server is this machine's alone; no code where somebody owns the deployment already. */
export const openFirstRun = async (
  { host, roles }: Pick<Settings, "host" | "roles">,
  deployment: Deployment,
): Promise<OpenedFirstRun> => {
  if (!roles.has("gateway") || !isLoopbackHost(host)) return { setup: undefined, code: undefined };
  const code = newCode();
  const owned = (await ownerOf(deployment)) !== undefined;
  return { setup: new FirstRun(deployment, code), code: owned ? undefined : code };
};

const newCode = (): string => {
  const code = Array.from(randomBytes(CODE_LENGTH), (byte) => BASE32.charAt(byte & 31))
    .join("")
    .toUpperCase();
  return `${code.slice(0, CODE_LENGTH / 2)}-${code.slice(CODE_LENGTH / 2)}`;
};

/** Of whatever length, and however it was typed, as many bytes as any other. */
const digest = (code: string): Buffer =>
  createHash("sha256").update(code.toUpperCase().replaceAll(/[\s-]/g, "")).digest();
