import type { Deployment } from "../../../Deployment.ts";
import type { Progress } from "../../Progress.ts";
import type { People, Person } from "./People.ts";

/** As `importAccount` puts a number behind a handle that is taken. */
const HANDLE_BASE = 23;
const ATTEMPTS = 50;

/** What people will be called here, for texts that name them: some have an account already, or their handle is another's. */
export const handlesHere = async (
  deployment: Deployment,
  people: People,
  progress: Progress,
): Promise<ReadonlyMap<string, string>> => {
  const handles = new Map<string, string>();
  for (const person of people) {
    handles.set(person.key, await handleHere(deployment, person));
    progress.at("people", handles.size, people.size);
  }
  return handles;
};

const handleHere = async (
  { directory, reservations }: Deployment,
  { id, handle, email }: Person,
): Promise<string> => {
  const holder = email === undefined ? undefined : (await reservations.find("email", email))?.holder;
  const account = (await directory.findCurrent(id)) ?? (holder && (await directory.findCurrent(holder)));
  if (account) return account.handle;
  for (let n = 1; n <= ATTEMPTS; n++) {
    const wanted = n === 1 ? handle : `${handle.slice(0, HANDLE_BASE)}-${n}`;
    const held = await reservations.find("handle", wanted);
    if (held === undefined || held.holder === id) return wanted;
  }
  return `${handle.slice(0, HANDLE_BASE)}-${id.slice(-8)}`;
};
