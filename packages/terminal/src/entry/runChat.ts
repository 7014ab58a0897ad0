import { isatty } from "node:tty";
import type { Chat, ChatEnding } from "../chat/Chat.ts";
import { RoomsChat } from "../chat/RoomsChat.ts";
import { PlainClient } from "../line/PlainClient.ts";
import { PromptClient } from "../line/PromptClient.ts";
import { LoginsUnreadable, readLoginFile, type StoredLogin } from "../place/LoginFile.ts";
import { safeText } from "../safeText.ts";
import { askName, chooseName, NO_NAME } from "./chooseName.ts";
import { EXIT } from "./EXIT.ts";
import { findServer, NoServer } from "./findServer.ts";
import { HELP } from "./HELP.ts";
import { modeOf, type Mode } from "./modeOf.ts";
import { type Arguments, readArguments } from "./readArguments.ts";
import { terminalChanged } from "./atExit.ts";
import { UsageError } from "./UsageError.ts";

/** Where to chat, and as whom. */
interface Place {
  readonly url: string;
  readonly token: string | undefined;
  readonly login: StoredLogin | undefined;
}

interface Went {
  readonly ending: ChatEnding;
  readonly refused: number;
}

const complain = (text: string): void => void process.stderr.write(`clickclack chat: ${safeText(text)}\n`);

const findPlace = (args: Arguments): Place => {
  const logins = readLoginFile();
  const url = findServer(args, process.env, logins);
  const typed = args.token ?? (process.env["CLICKCLACK_TOKEN"] || undefined);
  const stored = Object.hasOwn(logins.servers, url) ? logins.servers[url] : undefined;
  // A login is of one name: whoever goes by another is a guest.
  const fits = args.name === undefined || args.name.toLowerCase() === stored?.user.handle.toLowerCase();
  const login = typed === undefined && fits ? stored : undefined;
  return { url, token: typed ?? login?.token, login };
};

/** Shows a chat until it ends. */
const show = async (chat: Chat, mode: Mode, tui: boolean): Promise<Went> => {
  if (mode.cursor && tui) {
    // Loaded by those alone who want it: it is most of what there is to load.
    const { runScreen } = await import("../screen/runScreen.ts");
    const { stdin: input, stdout: output } = process;
    const ending = await runScreen({ chat, input, output, palette: mode.palette, bell: true });
    return { ending, refused: 0 };
  }
  if (tui) complain("--tui wants a terminal whose cursor can be moved; here are plain lines instead");
  if (mode.cursor) {
    terminalChanged(true);
    const ending = await new PromptClient({ chat, palette: mode.palette }).run();
    terminalChanged(false);
    return { ending, refused: 0 };
  }
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const remark = mode.seen ? say : (text: string) => void process.stderr.write(`${text}\n`);
  const client = new PlainClient({ chat, palette: mode.palette, person: mode.person, say, remark });
  const interrupt = () => client.interrupt();
  process.on("SIGINT", interrupt);
  const went = await client.run();
  process.off("SIGINT", interrupt);
  return went;
};

const exitCodeOf = ({ ending, refused }: Went, { person }: Mode): number => {
  if (ending === "name") return EXIT.usage;
  return ending === "quit" && (person || refused === 0) ? EXIT.done : EXIT.failed;
};

const chatInRooms = async (args: Arguments, mode: Mode): Promise<number> => {
  const { url, token, login } = findPlace(args);
  let name = await chooseName(args.name, login?.user.handle, mode);
  for (;;) {
    if (name === NO_NAME) return EXIT.done;
    const chat = new RoomsChat({
      url,
      username: name,
      ...(token !== undefined && { token }),
      ...(args.room !== undefined && { room: args.room, onlyThatRoom: !mode.person }),
    });
    const went = await show(chat, mode, args.tui);
    if (chat.state._tag === "ended" && went.ending !== "quit") complain(chat.state.reason);
    if (went.ending !== "name" || !mode.person) return exitCodeOf(went, mode);
    name = await askName(mode, undefined);
  }
};

const chatInWorkspace = async (args: Arguments, mode: Mode): Promise<number> => {
  const { url, token } = findPlace(args);
  if (token === undefined)
    throw new UsageError(`--workspace is for who is signed in at ${url}: use  clickclack login,  or --token`);
  // Who chats in rooms need not have it in memory.
  const { WorkspaceChat } = await import("../workspace/WorkspaceChat.ts");
  const chat = new WorkspaceChat({
    url,
    token,
    ...(args.workspace !== undefined && { workspace: args.workspace }),
    ...(args.room !== undefined && { room: args.room, onlyThatRoom: !mode.person }),
  });
  const went = await show(chat, mode, args.tui);
  if (chat.state._tag === "ended" && went.ending !== "quit") complain(chat.state.reason);
  return exitCodeOf(went, mode);
};

/** `clickclack chat`: resolves with the exit code. */
export const runChat = async (words: ReadonlyArray<string>): Promise<number> => {
  try {
    const args = readArguments(words);
    if (args.help) {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    const terminals = { input: isatty(0), output: isatty(1) };
    const mode = modeOf(args, process.env, terminals);
    return await (args.workspace === undefined ? chatInRooms(args, mode) : chatInWorkspace(args, mode));
  } catch (error) {
    const expected =
      error instanceof UsageError || error instanceof NoServer || error instanceof LoginsUnreadable;
    if (!expected) throw error;
    complain(error.message);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
};
