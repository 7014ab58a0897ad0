import type { Ephemeral } from "@clickclack/eventsourcing/Ephemeral";
import type { Authenticator } from "../../authentication/Authenticator.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import type { Membership } from "../../rooms/Membership.ts";
import type { Names } from "../../rooms/Names.ts";
import type { GuestNames } from "./GuestNames.ts";
import type { GuestSeats } from "./GuestSeats.ts";
import type { TerminalHub } from "./TerminalHub.ts";
import type { TerminalSettings } from "./TerminalSettings.ts";
import type { Turns } from "./Turns.ts";

/** Told to all gateways: somebody came back by this connection, and an older one of it is over. */
export interface TerminalSignal {
  readonly userId: string;
  readonly sessionId: string;
}

/** What the terminal needs besides what every surface does. */
export interface TerminalPorts {
  readonly settings: TerminalSettings;
  readonly signals: Ephemeral<TerminalSignal>;
}

/** What the parts of this surface stand on. */
export interface TerminalParts extends TerminalPorts {
  readonly context: GatewayContext;
  readonly authenticator: Authenticator;
  readonly membership: Membership;
  readonly names: Names;
  readonly guests: GuestNames;
  readonly guestSeats: GuestSeats;
  readonly hub: TerminalHub;
  readonly turns: Turns;
}
