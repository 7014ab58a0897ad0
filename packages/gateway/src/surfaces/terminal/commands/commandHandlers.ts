import type { CommandHandler } from "../runInput.ts";
import { history } from "./history.ts";
import { help, nick, quit, users, who } from "./people.ts";
import { create, join, leave, rooms } from "./rooms.ts";
import { me, msg } from "./say.ts";

/** What the commands of the terminal do, by their names. */
export const COMMANDS: ReadonlyMap<string, CommandHandler> = new Map(
  Object.entries({ rooms, join, create, leave, users, who, msg, me, nick, history, help, quit }),
);
