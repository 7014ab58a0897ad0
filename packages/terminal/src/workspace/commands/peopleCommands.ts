import { safeName } from "../../safeText.ts";
import { Refusal } from "../Refusal.ts";
import { describeCommands } from "../workspaceCommands.ts";
import { type CommandContext, type Commands, firstWord, notice, requirePlace, usage } from "./Command.ts";

const listWorkspaces = async (context: CommandContext): Promise<void> => {
  const { id } = context.session.workspace;
  const lines = (await context.workspaces()).map(
    (one) => `${safeName(one.slug)}: ${safeName(one.name)}${one.id === id ? " (here)" : ""}`,
  );
  notice(context, `your workspaces:\n${lines.join("\n")}`);
};

export const peopleCommands: Commands = {
  users: async (context) => {
    const { session } = context;
    const place = requirePlace(context);
    await session.places.loadMembers(place);
    const users = place.members.flatMap((id) => session.people.nameOf(id) ?? []).toSorted();
    session.tell({ _tag: "users", room: place.name, users });
    session.tell({ _tag: "place" });
  },

  who: async (context, rest) => {
    const { people } = context.session;
    if (rest === "") return notice(context, `connected: ${(await people.online()).join(", ")}`);
    const user = await people.find(rest);
    if (!user) throw new Refusal("no_such_user", `nobody here is called ${safeName(rest)}`);
    await people.loadPresence();
    const state = people.isOnline(user.id) ? "connected" : "not connected";
    const bot = user.kind === "bot" ? ", a bot" : "";
    notice(context, `${safeName(user.handle)} is ${safeName(user.display_name)}${bot}, ${state}`);
  },

  nick: async (context, rest) => {
    const [name, more] = firstWord(rest);
    if (name === "" || more !== "") throw usage("nick");
    await context.rename(name);
  },

  workspace: async (context, rest) => {
    if (rest === "") return listWorkspaces(context);
    const wanted = rest.toLowerCase();
    const all = await context.workspaces();
    const found = all.find(({ id, slug }) => id === wanted || slug === wanted);
    if (!found) throw new Refusal("not_found", `you belong to no workspace ${safeName(rest)}`);
    if (found.id !== context.session.workspace.id) await context.switchTo(found);
  },

  help: async (context) => notice(context, describeCommands()),
  quit: async ({ quit }) => quit(),
};
