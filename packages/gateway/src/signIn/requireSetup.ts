import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { GatewayServices } from "../GatewayServices.ts";
import type { Setup } from "./Setup.ts";

/** The first run, while there is something to set up. Throws 404 or 409. */
export const requireSetup = async ({ setup }: Pick<GatewayServices, "setup">): Promise<Setup> => {
  if (!setup) {
    throw new ApiFailure(
      "not_found",
      "this server is not set up in the browser, as it listens on more than this machine; use  clickclack admin bootstrap",
    );
  }
  const refusal = await setup.refusal();
  if (refusal) throw refusal;
  return setup;
};
