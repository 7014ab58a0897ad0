import { Api } from "@clickclack/protocol/http/Api";
import type { OperationId } from "@clickclack/protocol/http/BotAccess";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import type { HttpApiEndpoint } from "effect/http-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { EventSocket } from "../support/EventSocket.ts";
import { oneServer } from "../support/oneServer.ts";
import {
  expectedStatus,
  type Insider,
  PLACES,
  type PlaceName,
  type RoleName,
  ROLES,
  type Row,
  SEES,
  TABLE,
  UPGRADE,
} from "./accessTable.ts";
import { AccessWorld, type Target } from "./accessWorld.ts";

const clickclack = oneServer({
  args: ["--no-dev"],
  env: { GITHUB_CLIENT_ID: "x", GITHUB_CLIENT_SECRET: "x" },
});
const world = new AccessWorld(clickclack);

const INSIDERS = Object.keys(SEES) as ReadonlyArray<Insider>;
const sockets = {} as Record<Insider, EventSocket>;

beforeAll(async () => {
  await world.build();
  for (const role of INSIDERS) sockets[role] = await watch(role);
});

const watch = (role: RoleName) =>
  clickclack.watch({ workspaceId: world.workspaceId, headers: world.people[role].client.headers });

const endpoints = new Map(
  Object.values(Api.groups)
    .flatMap(({ endpoints: declared }) => Object.values(declared) as ReadonlyArray<HttpApiEndpoint.Top>)
    .map((endpoint) => [endpoint.identifier, endpoint]),
);

/** What stands in an operation's path. */
const parameters = (target: Target): Readonly<Record<string, string>> => ({
  workspace_id: target.workspaceId,
  channel_id: target.scopeId,
  direct_conversation_id: target.scopeId,
  message_id: target.messageId,
  upload_id: target.uploadId,
  ...(target.invite !== undefined && { invite: target.invite }),
  workspace_route_id: target.workspaceId,
  target_route_id: target.scopeId,
  user_id: target.memberId ?? "usr_00000000000000000000000000",
  emoji: "x",
  session_id: "ses_00000000000000000000000000",
  token_id: "btok_00000000000000000000000000",
  provider: "github",
});

const attempt = async (id: string, row: Row, role: RoleName, target: Target) => {
  const { method, path } = endpoints.get(id)!;
  const filled = path.replaceAll(
    /:(\w+)/g,
    (_, name: string) => parameters(target)[name] ?? `no ${name} in the world`,
  );
  const query = row.query ? `?${new URLSearchParams(row.query(target))}` : "";
  const body = row.body?.(target);
  const { headers = {} } = row;
  return world.people[role].client.request(method, `${filled}${query}`, { headers, ...(body && { body }) });
};

const tail = async (): Promise<string> => {
  const path = `/api/realtime/events?workspace_id=${world.workspaceId}&limit=1&include_tail=true`;
  return (await world.people.owner.client.ok("GET", path)).tail_cursor;
};

/** What may not be seen is not told from what is not there. */
const expectLikeNowhere = async (
  id: string,
  row: Row,
  role: RoleName,
  place: PlaceName,
  body: { code: string; error: string },
) => {
  const unknown = await attempt(id, row, role, world.nowhere(place));
  expect([place, unknown.status, unknown.body.code, unknown.body.error]).toEqual([
    place,
    404,
    body.code,
    body.error,
  ]);
};

describe.each(Object.entries(TABLE) as ReadonlyArray<[OperationId, Row]>)("%s", (id, row) => {
  const places = Object.keys(row.answers) as ReadonlyArray<PlaceName>;

  it.each(ROLES)(
    "is answered to a %s as the table says, and writes nothing where it is refused",
    async (role) => {
      for (const place of places) {
        const target = {
          ...world.targets[place],
          ...(await row.before?.(world, world.targets[place], role)),
        };
        const expected = expectedStatus(row, role, place);
        const before = expected < 400 ? "" : await tail();
        const { status, body } = await attempt(id, row, role, target);
        const code = expected < 400 ? undefined : expect.any(String);
        expect([place, status, body?.code]).toMatchObject([place, expected, code]);
        await row.after?.(world, target, role);
        if (expected < 400) continue;
        expect(await tail()).toBe(before);
        if (status === 404) await expectLikeNowhere(id, row, role, place, body);
      }
    },
  );
});

describe("a socket", () => {
  it.each(ROLES)("opens to a %s as the table says", async (role) => {
    const opened = watch(role).then(
      () => 101,
      (refusal: { status: number }) => refusal.status,
    );
    expect(await opened).toBe(expectedStatus(UPGRADE, role, "public"));
  });
});

describe("what insiders are shown", () => {
  /** By place, what was said there after all the rest. */
  const said = {} as Record<Exclude<PlaceName, "archived">, EventFrame>;

  beforeAll(async () => {
    const { owner } = world.people;
    for (const role of INSIDERS) for (const place of PLACES) await world.rejoin(role, world.targets[place]);
    for (const place of ["public", "private", "direct"] as const) {
      const { scopeId } = world.targets[place];
      const path = place === "direct" ? `/api/dms/${scopeId}/messages` : `/api/channels/${scopeId}/messages`;
      said[place] = (await owner.client.ok("POST", path, { body: { body: "at last" } })).event;
    }
  });

  const sees = (role: Insider): ReadonlyArray<PlaceName> => SEES[role];
  const of = (ids: ReadonlyArray<string | undefined>) =>
    PLACES.filter((place) => ids.includes(world.targets[place].scopeId));
  const ask = (role: Insider, path: string) => world.people[role].client.ok("GET", path);
  const inWorkspace = () => `workspace_id=${world.workspaceId}`;

  /** The whole log as a role may read it, page by page. */
  const replay = async (role: Insider): Promise<ReadonlyArray<EventFrame>> => {
    const events: Array<EventFrame> = [];
    for (;;) {
      const after = events.length > 0 ? `&after_cursor=${events.at(-1)!.cursor}` : "";
      const page = (await ask(role, `/api/realtime/events?${inWorkspace()}&limit=500${after}`)).events;
      events.push(...page);
      if (page.length < 500) return events;
    }
  };

  it.each(INSIDERS)("lists hold for a %s what it sees", async (role) => {
    const visible = sees(role);
    const { channels } = await ask(role, `/api/workspaces/${world.workspaceId}/channels`);
    expect(of(channels.map(({ id }: { id: string }) => id))).toEqual(
      visible.filter((place) => place !== "direct"),
    );
    if (role !== "bot")
      await world.people[role].client.request("POST", `/api/dms/${world.targets.direct.scopeId}/open`);
    const { conversations } = await ask(role, `/api/dms?${inWorkspace()}`);
    expect(of(conversations.map(({ id }: { id: string }) => id))).toEqual(
      visible.filter((place) => place === "direct"),
    );
  });

  it.each(INSIDERS)(
    "a search of a %s finds what it sees, in conversations only where one is named",
    async (role) => {
      const { results } = await ask(role, `/api/search?${inWorkspace()}&q=kept`);
      const found = results.map(({ channel_id: id }: { channel_id: string }) => id);
      expect(of(found)).toEqual(sees(role).filter((place) => place !== "direct"));
      expect(results.every((one: object) => !("direct_conversation_id" in one))).toBe(true);
    },
  );

  it.each(INSIDERS)(
    "live frames and replay show a %s what is said where it sees, and nothing of the rest",
    async (role) => {
      const late = await watch(role);
      await Promise.all([late.barrier(), sockets[role].barrier()]);
      const shown = { live: sockets[role].events, late: late.events, replayed: await replay(role) };
      for (const [how, events] of Object.entries(shown)) {
        for (const place of ["public", "private", "direct"] as const) {
          const seen = events.some(({ id }) => id === said[place].id);
          expect([how, place, seen]).toEqual([how, place, sees(role).includes(place)]);
        }
      }
      const secrets = PLACES.filter((place) => !sees(role).includes(place)).map(
        (place) => world.targets[place].scopeId,
      );
      const all = JSON.stringify([shown, sockets[role].ephemerals, late.ephemerals]);
      for (const secret of secrets) expect(all).not.toContain(secret);
      expect(shown.late).toEqual(shown.replayed);
    },
  );

  it.each(["owner", "member"] as const)("what a %s was shown live is what it is replayed", async (role) => {
    const live = sockets[role];
    await live.barrier();
    const cursor = live.events[0]!.cursor;
    const path = `/api/realtime/events?${inWorkspace()}&limit=1`;
    expect((await ask(role, path)).events).toHaveLength(1);
    const replayed = (await replay(role)).filter((event) => event.cursor >= cursor);
    const left = role === "owner" ? [world.targets.private.scopeId] : [];
    const kept = (events: ReadonlyArray<EventFrame>) =>
      events.filter(({ channel_id: id }) => id === undefined || !left.includes(id));
    expect(kept(live.events)).toEqual(kept(replayed));
  });
});

it.each(["stranger", "outsider", "removed", "blocked"] as const)(
  "a %s has no such workspace listed",
  async (role) => {
    const { workspaces } = await world.people[role].client.ok("GET", "/api/workspaces");
    expect(workspaces.map(({ id }: { id: string }) => id)).not.toContain(world.workspaceId);
  },
);
