import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { expect } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { digestOf } from "./digestOf.ts";
import type { Model } from "./Model.ts";

interface Replaying {
  readonly user: string;
  readonly workspaceId: string;
  readonly client: ApiClient;
}

/** Events asked for at a time: few enough that a run has several pages. */
const PAGE = 40;

/** Over HTTP a person gets, from the beginning and from a place in the middle, exactly the events that it may see today. */
export const expectReplays = async (
  model: Model,
  { user, workspaceId, client }: Replaying,
): Promise<void> => {
  const path = `/api/realtime/events?workspace_id=${workspaceId}&limit=${PAGE}`;
  if (model.standing(user) !== "member") {
    const status = model.standing(user) === "blocked" ? 403 : 404;
    expect((await client.request("GET", path)).status).toBe(status);
    return;
  }
  const expected = model.events.filter((event) => model.hears(user, event)).map(({ digest }) => digest);
  const all = await replay(client, path);
  expect(all.map(digestOf), `replay for ${user}`).toEqual(expected);
  const middle = Math.floor(all.length / 2);
  if (middle > 0) expect(await replay(client, path, all[middle - 1]!.cursor)).toEqual(all.slice(middle));
};

const replay = async (client: ApiClient, path: string, after = ""): Promise<ReadonlyArray<EventFrame>> => {
  const frames: Array<EventFrame> = [];
  for (;;) {
    const cursor = frames.at(-1)?.cursor ?? after;
    const page: { readonly events: ReadonlyArray<EventFrame> } = await client.ok(
      "GET",
      cursor === "" ? path : `${path}&after_cursor=${cursor}`,
    );
    if (page.events.length === 0) return frames;
    frames.push(...page.events);
  }
};
