import type { Caller } from "../../authentication/Caller.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import type { IrcSettings } from "./IrcSettings.ts";
import type { Turn } from "./listener/Speeches.ts";
import type { Names } from "../../rooms/Names.ts";
import type { Membership } from "../../rooms/Membership.ts";
import type { Sessions } from "./sessions/Sessions.ts";
import type { SessionStore } from "./sessions/SessionStore.ts";

/** What the commands of this surface stand on. */
export interface IrcParts {
  readonly context: GatewayContext;
  readonly settings: IrcSettings;
  readonly names: Names;
  readonly store: SessionStore;
  readonly sessions: Sessions;
  readonly membership: Membership;
}

/** Whoever gives a command, by which client, and the workspace as it stands. */
export interface IrcActor {
  readonly caller: Caller;
  readonly clientId: string;
  readonly replica: WorkspaceReplica;
  readonly correlationId: string;
  /** Of what is said without waiting for what was said before. */
  readonly turn?: Turn;
}
