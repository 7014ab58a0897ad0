import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { SetupGroup } from "@clickclack/protocol/http/SetupGroup";
import { isLocalRequest } from "../../../authentication/origin.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { requireSetup } from "../../../signIn/requireSetup.ts";
import { openedSession } from "../openedSession.ts";

/** What the first workspace is called where nobody says. */
const WORKSPACE = "ClickClack";

export const setupHandlers = ({ services, sessions }: GatewayContext): Handlers<typeof SetupGroup> => ({
  setUp: async ({ request, payload }) => {
    if (!isLocalRequest(request))
      throw new ApiFailure("loopback_only", "a server is set up from the machine that it runs on");
    const setup = await requireSetup(services);
    const { userId, workspace } = await setup.own({ workspace: WORKSPACE, ...payload });
    const session = await services.accounts.openSession(userId, sessions.about(request));
    const account = await services.directory.findCurrent(userId);
    const opened = openedSession(request, account!, session);
    return { ...opened, status: 201, body: { ...opened.body!, workspace } };
  },
});
