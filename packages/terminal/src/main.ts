// `clickclack chat`: a chat in a terminal. Runs without the server's command line, of which it would hold the memory.
import { runChat } from "./entry/runChat.ts";
import { atExit } from "./entry/atExit.ts";

atExit();
process.exit(await runChat(process.argv.slice(2)));
