import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { Command, Flag } from "effect/cli";
import { ApiConnection } from "../../client/ApiConnection.ts";
import { StoredLogins } from "../../client/StoredLogins.ts";
import { chatFlags } from "../chat/chatFlags.ts";
import { serverOf } from "../chat/serverOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = {
  forgetOnly: Flag.Boolean("forget-only").pipe(
    Flag.withDescription("Forget the login without telling the server, where that is gone for good"),
    Flag.withDefault(false),
  ),
  data: chatFlags.data,
  url: chatFlags.url,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** Ends the session; one that has ended already is as good. */
const endSession = async (url: string, token: string): Promise<void> => {
  const api = new ApiConnection(url, { token, userId: undefined });
  await api.post("/api/auth/logout", {}).catch((error: unknown) => {
    if (error instanceof ApiFailure && error.code === "unauthenticated") return;
    throw error;
  });
};

/** `clickclack logout`: the login is forgotten only when the server has ended it. */
export const logoutCommand = Command.make(
  "logout",
  flags,
  runs(async ({ forgetOnly, json, ...where }: Input) => {
    const logins = new StoredLogins();
    const url = await serverOf(where, logins);
    const login = await logins.find(url);
    if (!login) throw new ApiFailure("not_found", `you are not signed in to ${url}`);
    if (login.session && !forgetOnly) await endSession(url, login.token);
    await logins.forget(url);
    if (json) print.json({ url, user: login.user });
    else print.line(`Signed out of ${url}`);
  }),
).pipe(
  Command.withDescription(
    "End the login to a server, there and here. An access token that was given to login is forgotten here and stays good",
  ),
  Command.withExamples([
    { command: "clickclack logout", description: "Of the server that you signed in to last" },
    { command: "clickclack logout --url https://chat.example.com --forget-only" },
  ]),
);
