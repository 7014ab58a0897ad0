import { Command } from "effect/cli";
import { adminCommand } from "./admin/adminCommand.ts";
import { channelsCommand } from "./chat/channelsCommand.ts";
import { chatCommand } from "./chat/chatCommand.ts";
import { messagesCommand } from "./chat/messagesCommand.ts";
import { sendCommand } from "./chat/sendCommand.ts";
import { threadsCommand } from "./chat/threadsCommand.ts";
import { doctorCommand } from "./doctorCommand.ts";
import { exportCommand } from "./exportCommand.ts";
import { importCommand } from "./importCommand.ts";
import { logCommand } from "./log/logCommand.ts";
import { loginCommand } from "./login/loginCommand.ts";
import { logoutCommand } from "./login/logoutCommand.ts";
import { whoamiCommand } from "./login/whoamiCommand.ts";
import { migrateCommand } from "./migrateCommand.ts";
import { projectionsCommand } from "./projections/projectionsCommand.ts";
import { serveCommand } from "./serveCommand.ts";

/** The command line: one server, and everything to run and look after it. */
export const clickclack = Command.make("clickclack").pipe(
  Command.withDescription("Chat infrastructure that a team can own"),
  Command.withSubcommands([
    serveCommand,
    doctorCommand,
    migrateCommand,
    adminCommand,
    projectionsCommand,
    logCommand,
    exportCommand,
    importCommand,
    chatCommand,
    channelsCommand,
    messagesCommand,
    sendCommand,
    threadsCommand,
    loginCommand,
    logoutCommand,
    whoamiCommand,
  ]),
);
