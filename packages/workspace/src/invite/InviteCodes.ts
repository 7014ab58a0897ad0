import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import { BASE32 } from "@clickclack/protocol/Ids";
import { createHash } from "node:crypto";

/** Characters of a code: 100 bits that nobody guesses. */
const LENGTH = 20;
const CODE = new RegExp(`^[${BASE32}]{${LENGTH}}$`);

/** Where an invite is. */
export interface InvitePlace {
  readonly workspaceId: string;
  readonly inviteId: string;
}

export interface InviteCodePorts {
  /** A signature of a text that nobody makes without the deployment's key: 20 bytes or more. */
  readonly sign: (text: string) => Uint8Array;
  readonly reservations: Reservations;
}

/**
 * The codes of invites. They are written down nowhere: a code follows from its invite's id by the deployment's key, and
 * a reservation of its hash leads back to the invite. Methods may throw StoreUnavailable.
 */
export class InviteCodes {
  readonly #ports: InviteCodePorts;

  constructor(ports: InviteCodePorts) {
    this.#ports = ports;
  }

  codeOf(inviteId: string): string {
    const signature = this.#ports.sign(inviteId);
    return Array.from(signature.subarray(0, LENGTH), (byte) => BASE32.charAt(byte & 31)).join("");
  }

  /** Lets the code of an invite be found; comes before the invite is made, and does no harm if it never is. */
  async register({ workspaceId, inviteId }: InvitePlace): Promise<void> {
    const hash = hashOf(this.codeOf(inviteId));
    await this.#ports.reservations.claim("invite", hash, `${workspaceId} ${inviteId}`);
  }

  /** The invite that a code leads to, if it was ever made; whether it is still good only its workspace knows. */
  async find(code: string): Promise<InvitePlace | undefined> {
    const typed = code.trim().toLowerCase();
    if (!CODE.test(typed)) return undefined;
    const [workspaceId, inviteId] =
      (await this.#ports.reservations.find("invite", hashOf(typed)))?.holder.split(" ") ?? [];
    return workspaceId !== undefined && inviteId !== undefined ? { workspaceId, inviteId } : undefined;
  }

  /** The workspace of an invite. */
  async workspaceOf(inviteId: string): Promise<string | undefined> {
    return (await this.find(this.codeOf(inviteId)))?.workspaceId;
  }
}

const hashOf = (code: string): string => createHash("sha256").update(code).digest("hex");
