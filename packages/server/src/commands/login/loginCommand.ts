import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { byEmail, byPassword, byToken, type SignedIn, userOf } from "../../client/signIn.ts";
import { StoredLogins } from "../../client/StoredLogins.ts";
import { chatFlags } from "../chat/chatFlags.ts";
import { serverOf } from "../chat/serverOf.ts";
import { UsageError } from "../exitCode.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { SecretInput } from "./SecretInput.ts";

const flags = {
  email: Flag.String("email").pipe(
    Flag.withDescription("Have a one-time link sent to this address, and ask for its token"),
    Flag.optional,
  ),
  user: Flag.String("user").pipe(
    Flag.withDescription("Sign in with this handle or email, and ask for the password"),
    Flag.optional,
  ),
  tokenStdin: Flag.Boolean("token-stdin").pipe(
    Flag.withDescription("Read a one-time link's token or an access token from stdin"),
    Flag.withDefault(false),
  ),
  data: chatFlags.data,
  url: chatFlags.url,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const signIn = async (url: string, { email, user, tokenStdin }: Input): Promise<SignedIn> => {
  const input = new SecretInput();
  const ask = (question: string) => input.ask(question);
  if (Option.isSome(user)) return byPassword(url, user.value, ask);
  if (Option.isSome(email)) return byEmail(url, email.value, ask);
  if (tokenStdin && process.stdin.isTTY) throw new UsageError("--token-stdin wants the token piped in");
  return byToken(url, await ask("Token, of a one-time link or an access token: "), ask);
};

/** `clickclack login`: secrets come by a prompt or stdin, and never by an argument, which others could see. */
export const loginCommand = Command.make(
  "login",
  flags,
  runs(async (input: Input) => {
    const ways = [Option.isSome(input.email), Option.isSome(input.user), input.tokenStdin];
    if (ways.filter(Boolean).length > 1)
      throw new UsageError("--email, --user and --token-stdin exclude each other");
    const logins = new StoredLogins();
    const url = await serverOf(input, logins);
    const signedIn = await signIn(url, input);
    const user = await userOf(url, signedIn.token);
    const { id, handle, display_name } = user;
    await logins.remember(url, { ...signedIn, user: { id, handle, display_name } });
    if (input.json) print.json({ url, user });
    else print.line(`Signed in to ${url} as @${handle}`);
  }),
).pipe(
  Command.withDescription(
    "Sign in to a server, and keep the login for the commands that follow. Without --email, --user or --token-stdin it asks for a token. The login is kept in clickclack/credentials.json below XDG_CONFIG_HOME or ~/.config, for you alone to read",
  ),
  Command.withShortDescription("Sign in to a server"),
  Command.withExamples([
    { command: "clickclack login --url https://chat.example.com --user ann", description: "By password" },
    {
      command: "clickclack admin magic-link create --email ann@example.com | clickclack login --token-stdin",
      description: "By a one-time link, where the server runs",
    },
    { command: "clickclack login --url https://chat.example.com --email ann@example.com" },
  ]),
);
