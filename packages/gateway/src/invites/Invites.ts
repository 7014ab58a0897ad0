import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { InviteState as Standing } from "@clickclack/protocol/http/InvitesGroup";
import { InviteCodes, type InvitePlace } from "@clickclack/workspace/invite/InviteCodes";
import { refusalOf, standingOf } from "@clickclack/workspace/invite/standing";
import { SYSTEM } from "@clickclack/workspace/rules";
import type { InviteState, WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { GatewayServices } from "../GatewayServices.ts";
import type { Reads } from "../Reads.ts";

/** Codes from one address that lead to no invite: twenty at once for somebody who types, one in six seconds after. */
const WRONG_CODES = { burst: 20, everyMs: 6_000 };

/** An invite that a code leads to. */
export interface FoundInvite extends InvitePlace {
  readonly state: WorkspaceState;
  readonly invite: InviteState;
  readonly standing: Standing;
}

/** Finds invites by their codes, for whoever comes with one. Methods throw ApiFailure or StoreUnavailable. */
export class Invites {
  readonly codes: InviteCodes;
  readonly #services: GatewayServices;
  readonly #reads: Reads;

  constructor(services: GatewayServices, reads: Reads) {
    const { reservations, secrets } = services;
    this.codes = new InviteCodes({ reservations, sign: (text) => secrets.sign("invite", text) });
    this.#services = services;
    this.#reads = reads;
  }

  /** Whether somebody who came with this code would be let in now. */
  async isGood(code: string): Promise<boolean> {
    const place = await this.codes.find(code);
    return place !== undefined && (await this.#at(place))?.standing === "open";
  }

  /** The invite of a code; 404 for one that leads to none any more, and 429 to an address that tries many that never did. */
  async look(code: string, address: string): Promise<FoundInvite> {
    const place = await this.codes.find(code);
    const found = place && (await this.#at(place));
    if (found) return found;
    if (place) throw new ApiFailure("not_found", "there is no such invite");
    const turn = await this.#services.throttle.take(`invite ${address}`, WRONG_CODES);
    if (turn._tag === "Granted") throw new ApiFailure("not_found", "there is no such invite");
    throw ApiFailure.of({
      code: "too_many_requests",
      message: "too many codes that lead to no invite; wait a little",
      retryAfter: turn.retryAfterMs / 1_000,
    });
  }

  /** The invite of a code that lets somebody in who comes now: 404 or 409 with the reason for any other. */
  async require(code: string, address: string): Promise<FoundInvite> {
    const found = await this.look(code, address);
    const refused = refusalOf(found.standing);
    if (refused) throw ApiFailure.of(refused);
    return found;
  }

  async #at(place: InvitePlace): Promise<FoundInvite | undefined> {
    const { state } = await this.#reads.current(place.workspaceId);
    const invite = state.exists ? state.invites.get(place.inviteId) : undefined;
    if (!invite) return undefined;
    const now = new Date().toISOString();
    const standing = (await this.#isGone(invite.createdBy)) ? "void" : standingOf(state, invite, now);
    return { ...place, state, invite, standing };
  }

  /** Whether an inviter's account is no longer active, which a workspace does not know of. */
  async #isGone(userId: string): Promise<boolean> {
    return userId !== SYSTEM && (await this.#services.directory.find(userId))?.active !== true;
  }
}
