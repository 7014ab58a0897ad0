import type { SystemGroup } from "@clickclack/protocol/http/SystemGroup";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";

export const systemHandlers = (
  { services }: GatewayContext,
  isDraining: () => boolean,
): Handlers<typeof SystemGroup> => ({
  healthz: async () => ok({ status: "ok" }),
  readyz: async () => {
    const ready = !isDraining() && (await services.healthy());
    return ready ? ok({ status: "ready" }) : ({ status: 503, body: { status: "unavailable" } } as never);
  },
});
