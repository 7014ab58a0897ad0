import type { SessionUse } from "./authentication/SessionUse.ts";
import type { Directory } from "./Directory.ts";
import type { GatewayServices } from "./GatewayServices.ts";
import type { SignUp } from "@clickclack/identity/federation/SignUp";
import type { Invites } from "./invites/Invites.ts";
import type { Personals } from "./Personals.ts";
import type { Presence } from "./Presence.ts";
import type { Reads } from "./Reads.ts";
import type { Replicas } from "./replica/Replicas.ts";
import type { FindUsers } from "@clickclack/workspace/projections/findUsers";
import type { Watchers } from "./Watchers.ts";
import type { Writes } from "./Writes.ts";

/** What the surfaces of a gateway share. */
export interface GatewayContext {
  readonly services: GatewayServices;
  readonly replicas: Replicas;
  readonly reads: Reads;
  readonly writes: Writes;
  readonly directory: Directory;
  readonly personals: Personals;
  readonly invites: Invites;
  /** Decides whether somebody who has no account gets one by signing in. */
  readonly signUp: SignUp;
  readonly presence: Presence;
  readonly sessions: SessionUse;
  /** Tells surfaces that fan out by themselves of what happens. */
  readonly watchers: Watchers;
  /** Users as this gateway knows them already. */
  readonly users: FindUsers;
}
