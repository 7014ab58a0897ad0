import { callsEverybody, readHandle } from "@clickclack/identity/account/handleFrom";
import { TerminalRefusal } from "./TerminalRefusal.ts";

/** The handle that a username stands for, whatever its case. Throws bad_username. */
export const requireUsername = (username: string | undefined): string => {
  const handle = username === undefined || username.startsWith("@") ? undefined : readHandle(username);
  if (handle === undefined)
    throw new TerminalRefusal("bad_username", "a username is 2 to 32 letters, digits, - or _");
  if (callsEverybody(handle))
    throw new TerminalRefusal("bad_username", `nobody is called ${handle}: @${handle} calls everybody`);
  return handle;
};
