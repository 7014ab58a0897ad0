import { newId } from "@clickclack/protocol/Ids";
import { ApiClient } from "../support/ApiClient.ts";
import { sendFile, uploadFile } from "../support/uploadFile.ts";
import type { OneServer } from "../support/oneServer.ts";
import { type Insider, type PlaceName, PLACES, type RoleName, SEES } from "./accessTable.ts";

/** What an operation is tried on: ids of things that are there, or that are not. */
export interface Target {
  readonly place: PlaceName;
  readonly workspaceId: string;
  /** The channel or the conversation. */
  readonly scopeId: string;
  readonly messageId: string;
  /** A message that may be deleted. */
  readonly doomedId: string;
  /** On a message of the place. */
  readonly uploadId: string;
  readonly ownerId: string;
  /** Somebody to be managed, for the operations that need one. */
  readonly memberId?: string;
  /** An open invite, by its id or its code. */
  readonly invite?: string;
}

interface Person {
  readonly id: string;
  readonly client: ApiClient;
}

/** Roles whose account was a member once. */
const JOINS = {
  removed: "member",
  blocked: "member",
  deactivated: "member",
  guest: "guest",
  member: "member",
  moderator: "moderator",
} as const;
/** They were in every place, and still may not look into any. */
const WERE_INSIDE = ["removed", "blocked", "deactivated"] as const;

const ANYBODY = { user_id: "usr_anybody" };

/** A workspace with one of everything, and somebody of every role; made without development mode, so that nobody is nobody. */
export class AccessWorld {
  readonly people = {} as Record<RoleName, Person>;
  readonly targets = {} as Record<PlaceName, Target>;
  readonly #server: OneServer;
  workspaceId = "";

  constructor(server: OneServer) {
    this.#server = server;
  }

  async build(): Promise<void> {
    const { operator } = this.#server;
    for (const role of ["owner", "stranger", "outsider", ...Object.keys(JOINS)] as ReadonlyArray<RoleName>)
      this.people[role] = await this.#person(role);
    this.people.anonymous = { id: "usr_anonymous", client: new ApiClient(this.#server.url) };
    const { owner, outsider } = this.people;
    this.workspaceId = (await owner.client.createWorkspace("Acme")).id;
    await outsider.client.createWorkspace("Elsewhere");
    for (const [role, joins] of Object.entries(JOINS))
      await operator.addMember(this.workspaceId, this.people[role as RoleName].id, joins);
    this.people.bot = await this.#bot("bot:admin", "agent_activity:write");
    this.people.scopeless = await this.#bot("commands:write");
    for (const place of PLACES) this.targets[place] = await this.#target(place);
    await owner.client.ok("PATCH", `/api/channels/${this.targets.archived.scopeId}`, {
      body: { archived: true },
    });
    await operator.removeMember(this.workspaceId, this.people.removed.id);
    await operator.blockMember(this.workspaceId, this.people.blocked.id);
    await operator.deactivate(this.people.deactivated.id);
  }

  /** The ids of a place that is not there. */
  nowhere(place: PlaceName): Target {
    return {
      place,
      workspaceId: newId("wsp"),
      scopeId: newId(place === "direct" ? "dm" : "chn"),
      messageId: newId("msg"),
      doomedId: newId("msg"),
      uploadId: newId("upl"),
      ownerId: newId("usr"),
      invite: newId("inv"),
    };
  }

  /** Asks for something that may be refused. */
  async try(role: RoleName, method: string, path: string, body: object): Promise<void> {
    await this.people[role].client.request(method, path, { body });
  }

  /** A file of somebody's own; of those who may send none, the target's. */
  async upload(role: RoleName, workspaceId: string, nonce?: string): Promise<Partial<Target>> {
    const { client } = this.people[role];
    const { status, body } = await sendFile(client, workspaceId, { content: "own", ...(nonce && { nonce }) });
    return status < 300 ? { uploadId: body.upload.id } : {};
  }

  /** Somebody who joined just now, for those who may manage members to manage. */
  async freshMember({ workspaceId }: Target): Promise<Partial<Target>> {
    const { id } = await this.#person("fresh");
    await this.#server.operator.addMember(workspaceId, id);
    return { memberId: id };
  }

  /** Another workspace in which a person is what it is here, to be left or deleted; of those who are in none, this one. */
  async sideWorkspace(role: RoleName): Promise<Partial<Target>> {
    const { owner } = this.people;
    if (role !== "guest" && role !== "member" && role !== "moderator" && role !== "owner") return {};
    const { id: workspaceId } = await owner.client.createWorkspace("Side");
    if (role !== "owner") await this.#server.operator.addMember(workspaceId, this.people[role].id, role);
    return { workspaceId };
  }

  /** A message that nothing was done to yet; in the archive, the one that lies there. */
  async freshMessage(target: Target): Promise<Partial<Target>> {
    if (target.place === "archived") return {};
    return { messageId: await this.#say(target, "fresh") };
  }

  /** A new invite of the owner's, by its id or its code. */
  async invite({ workspaceId }: Target, by: "id" | "code"): Promise<Partial<Target>> {
    const path = `/api/workspaces/${workspaceId}/invites`;
    return { invite: (await this.people.owner.client.ok("POST", path, { body: {} })).invite[by] };
  }

  /** Takes somebody out again whom an invite let in. */
  async expel(role: RoleName): Promise<void> {
    await this.#server.operator.removeMember(this.workspaceId, this.people[role].id);
  }

  async pinnedMessage(target: Target): Promise<Partial<Target>> {
    if (target.place === "archived" || target.place === "direct") return {};
    const { messageId } = await this.freshMessage(target);
    const path = `/api/channels/${target.scopeId}/pins`;
    await this.people.owner.client.ok("POST", path, { body: { message_id: messageId } });
    return { messageId: messageId! };
  }

  /** Lets somebody who belongs to a channel, and may have left it, in again. */
  async rejoin(role: RoleName, target: Target): Promise<void> {
    const past = (WERE_INSIDE as ReadonlyArray<RoleName>).includes(role);
    if (!past && this.#belongs(role).includes(target.place)) await this.#join(role, target);
  }

  async #join(role: RoleName, { place, scopeId }: Pick<Target, "place" | "scopeId">): Promise<void> {
    if (place !== "direct")
      await this.#server.operator.joinChannel(this.workspaceId, scopeId, this.people[role].id);
  }

  #belongs(role: RoleName): ReadonlyArray<PlaceName> {
    if (role === "guest" || role === "owner" || role === "bot") return SEES[role satisfies Insider];
    return (WERE_INSIDE as ReadonlyArray<RoleName>).includes(role) ? PLACES : [];
  }

  async #person(name: string): Promise<Person> {
    const { accounts } = this.#server.operator.deployment;
    const id = await accounts.create({ kind: "human", displayName: name }, ANYBODY);
    const { token } = await accounts.issueToken(id, "test", ANYBODY);
    return { id, client: new ApiClient(this.#server.url).withToken(token) };
  }

  async #bot(...scopes: ReadonlyArray<string>): Promise<Person> {
    const { botId, token } = await this.#server.operator.createBot(this.workspaceId, scopes);
    return { id: botId, client: new ApiClient(this.#server.url).withToken(token.token) };
  }

  async #target(place: PlaceName): Promise<Target> {
    const { workspaceId, people } = this;
    const { client, id: ownerId } = people.owner;
    const inside = (Object.keys(people) as ReadonlyArray<RoleName>).filter(
      (role) => role !== "owner" && this.#belongs(role).includes(place),
    );
    const open = async (): Promise<string> => {
      const member_ids = inside.map((role) => people[role].id);
      return (await client.ok("POST", "/api/dms", { body: { workspace_id: workspaceId, member_ids } }))
        .conversation.id;
    };
    const create = async () =>
      (await client.createChannel(workspaceId, place, place === "private" ? "private" : "public")).id;
    const scopeId = place === "direct" ? await open() : await create();
    const target = { place, workspaceId, scopeId, ownerId };
    for (const role of inside) await this.#join(role, target);
    const [messageId, doomedId] = [
      await this.#say(target, `kept in ${place}`),
      await this.#say(target, "doomed"),
    ];
    const { id: uploadId } = await uploadFile(client, workspaceId, { content: "kept" });
    await this.#say(target, "with a file", { upload_id: uploadId });
    return { ...target, messageId, doomedId, uploadId };
  }

  async #say(
    { place, scopeId }: Pick<Target, "place" | "scopeId">,
    body: string,
    more: object = {},
  ): Promise<string> {
    const path = place === "direct" ? `/api/dms/${scopeId}/messages` : `/api/channels/${scopeId}/messages`;
    return (await this.people.owner.client.ok("POST", path, { body: { body, ...more } })).message.id;
  }
}
