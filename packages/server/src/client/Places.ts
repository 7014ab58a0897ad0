import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Channel, Workspace } from "@clickclack/protocol/http/shapes";
import { isId } from "@clickclack/protocol/Ids";
import type { ApiConnection } from "./ApiConnection.ts";

/** The caller's workspaces and channels, by the names that people type. Methods throw ApiFailure. */
export class Places {
  readonly #api: ApiConnection;

  constructor(api: ApiConnection) {
    this.#api = api;
  }

  /** Id of a workspace given by id or slug. */
  async workspace(idOrSlug: string): Promise<string> {
    if (isId("wsp", idOrSlug)) return idOrSlug;
    const { workspaces } = await this.#api.get<{ workspaces: ReadonlyArray<Workspace> }>("/api/workspaces");
    const found = workspaces.find(({ slug }) => slug === idOrSlug.toLowerCase());
    if (found) return found.id;
    throw new ApiFailure("not_found", `you belong to no workspace ${idOrSlug}`);
  }

  /** The channels of a workspace, given by id or slug, that the caller sees. */
  async channels(workspace: string): Promise<ReadonlyArray<Channel>> {
    const path = `/api/workspaces/${await this.workspace(workspace)}/channels`;
    return (await this.#api.get<{ channels: ReadonlyArray<Channel> }>(path)).channels;
  }

  /** Id of a channel given by its name in a workspace. */
  async channel(name: string, workspace: string): Promise<string> {
    const plain = name.replace(/^#/, "").toLowerCase();
    const found = (await this.channels(workspace)).find((channel) => channel.name === plain);
    if (found) return found.id;
    throw new ApiFailure("not_found", `there is no channel ${name} in ${workspace}`);
  }
}
