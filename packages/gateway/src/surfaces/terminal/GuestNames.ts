import type { NodeSets } from "@clickclack/eventsourcing/NodeSets";
import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import { newId } from "@clickclack/protocol/Ids";
import { foldName } from "../../rooms/nick.ts";
import { TerminalRefusal } from "./TerminalRefusal.ts";

/** Who is connected by a name right now, and which visit of a guest's is its last one. */
const CONNECTED = "terminal-name";
const VISIT = "terminal-guest";
/** Gateways that are there. */
const GATEWAYS = "terminal-gateways";
/** Others that take and leave the same name at the same moment. */
const ATTEMPTS = 5;

export const nameTaken = (name: string): TerminalRefusal =>
  new TerminalRefusal("username_taken", `the name ${name} is taken; choose another`);

/**
 * Names of guests, each of which one connection alone has at a time, over all gateways; and whose account a guest's is.
 * Methods may throw StoreUnavailable.
 */
export class GuestNames {
  readonly #reservations: Reservations;
  readonly #gateways: NodeSets;
  readonly #node: string;
  /** This run of the process: what an earlier one of the same node held is nobody's. */
  readonly #run = newId("req");
  readonly #joined: Promise<unknown>;

  constructor(reservations: Reservations, gateways: NodeSets, node: string) {
    this.#reservations = reservations;
    this.#gateways = gateways;
    this.#node = node;
    this.#joined = gateways.join(`${GATEWAYS}.${this.#run}`).catch(() => undefined);
  }

  /** Takes a name, in whatever case, for a connection; by force from whoever has it. Throws username_taken. */
  async take(name: string, sessionId: string, force: boolean): Promise<void> {
    await this.#joined;
    const handle = foldName(name);
    const holder = this.#holder(sessionId);
    let revision: number | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const claim = await this.#reservations.claim(CONNECTED, handle, holder, revision);
      if (claim._tag === "Claimed") return;
      const { reservation } = claim;
      if (!force && (await this.#isHere(reservation.holder))) throw nameTaken(name);
      revision = reservation.revision;
    }
    throw nameTaken(name);
  }

  /** Gives a name back, unless another connection has it by now. */
  release(handle: string, sessionId: string): Promise<void> {
    return this.#reservations.release(CONNECTED, handle, this.#holder(sessionId));
  }

  /** Whether somebody is connected by a name. */
  async isConnected(handle: string): Promise<boolean> {
    const held = await this.#reservations.find(CONNECTED, handle);
    return held !== undefined && (await this.#isHere(held.holder));
  }

  /** The last visit of a guest; undefined for an account that is no guest's. */
  async visitOf(accountId: string): Promise<string | undefined> {
    return (await this.#reservations.find(VISIT, accountId))?.holder;
  }

  /** Says that an account is a guest's, and that this is its visit from now on. */
  async beginVisit(accountId: string): Promise<string> {
    const visit = newId("ses");
    const claim = await this.#reservations.claim(VISIT, accountId, visit);
    if (claim._tag === "Taken")
      await this.#reservations.claim(VISIT, accountId, visit, claim.reservation.revision);
    return visit;
  }

  #holder(sessionId: string): string {
    return [this.#node, this.#run, sessionId].join("/");
  }

  /** A holder's gateway may have died without giving anything back. */
  async #isHere(holder: string): Promise<boolean> {
    const [node, run] = holder.split("/");
    if (node === this.#node) return run === this.#run;
    const gateways = await this.#gateways.list(GATEWAYS);
    return gateways.some(({ key }) => key === `${GATEWAYS}.${run}`);
  }
}
