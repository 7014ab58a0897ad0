import { type LastValues, updateLastValue } from "@clickclack/eventsourcing/LastValues";
import type { PersonalEvent, PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import { emptyPersonal, personalEvent } from "@clickclack/workspace/personal/Personal";
import { actorOf, type Caller } from "./authentication/Caller.ts";
import type { GatewayServices } from "./GatewayServices.ts";

/** Where a personal state is: the person comes from the caller. */
export interface PersonalPlace {
  readonly workspaceId: string;
  readonly scopeId: string;
}

/** What callers keep for themselves in channels, conversations and threads. Methods throw StoreUnavailable. */
export class Personals {
  readonly #services: GatewayServices;
  readonly #values: LastValues<PersonalEvent>;

  constructor(services: GatewayServices) {
    this.#services = services;
    this.#values = services.personal;
  }

  async read(caller: Caller, { workspaceId, scopeId }: PersonalPlace): Promise<PersonalState> {
    const userId = caller.account.id;
    const found = await this.#values.read([workspaceId, userId, scopeId]);
    return found?.value.payload ?? emptyPersonal(userId, scopeId);
  }

  /** Changes a state; `change` returns undefined to leave it. Returns what it is then. */
  async update(
    caller: Caller,
    { workspaceId, scopeId }: PersonalPlace,
    correlationId: string,
    change: (state: PersonalState, at: string) => PersonalState | undefined,
  ): Promise<PersonalState> {
    const { account } = caller;
    const empty = emptyPersonal(account.id, scopeId);
    const at = new Date().toISOString();
    const actor = actorOf(caller);
    const kept = await updateLastValue(this.#values, [workspaceId, account.id, scopeId], (current) => {
      const next = change(current?.payload ?? empty, at);
      return next && personalEvent(workspaceId, next, { at, actor, correlationId });
    });
    return kept?.value.payload ?? empty;
  }

  /** Waits until the read models hold everything that this user changed in a workspace, by whichever node. */
  async projected(caller: Caller, workspaceId: string): Promise<void> {
    const seq = await this.#values.newest([workspaceId, caller.account.id]);
    await this.#services.watermarks.reach("personal", 0, seq);
  }
}
