import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { readLog } from "../support/readLog.ts";
import { type Person, TwoGateways } from "../support/TwoGateways.ts";

const GUESTS = 50;
const USES = 5;

let world: TwoGateways;

beforeAll(async () => {
  world = await TwoGateways.start("Owner");
});
afterAll(() => world?.stop());

const create = async (body: object) =>
  (await world.owner.client.ok("POST", `/api/workspaces/${world.workspaceId}/invites`, { body })).invite;
const accept = (client: ApiClient, code: string) => client.request("POST", `/api/invites/${code}/accept`);

it("of fifty who accept five uses at once over both gateways, five join", async () => {
  const invite = await create({ max_uses: USES });
  const people: Array<Person> = [];
  for (let i = 0; i < GUESTS; i++) people.push(await world.stranger(`Guest${i}`));
  const answers = await Promise.all(
    people.map((person, i) => accept(i % 2 === 0 ? person.client : world.elsewhere(person), invite.code)),
  );
  const joined = people.filter((_, i) => answers[i]!.status === 200);
  expect(joined).toHaveLength(USES);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(new Set(refused.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
    new Set(["409 invite_used_up"]),
  );
  const path = `/api/workspaces/${world.workspaceId}/members?limit=200`;
  const { members } = await world.elsewhere(world.owner).ok("GET", path);
  expect(members.map((one: { user: { id: string } }) => one.user.id).toSorted()).toEqual(
    [world.owner, ...joined].map(({ user }) => user.id).toSorted(),
  );
  const { events } = await readLog(world.cluster.nats, world.workspaceId);
  const uses = events.flatMap((event) => (event.type === "invite.accepted" ? [event.payload.uses] : []));
  expect(uses).toEqual([1, 2, 3, 4, 5]);
  // Who joined is told so again, at the other gateway too, and uses nothing up.
  for (const person of joined)
    for (const client of [person.client, world.elsewhere(person)])
      expect((await accept(client, invite.code)).status).toBe(200);
});

it("one person who accepts fifty times at once uses one up", async () => {
  const invite = await create({ max_uses: 2 });
  const person = await world.stranger("Hasty");
  const clients = Array.from({ length: GUESTS }, (_, i) =>
    i % 2 === 0 ? person.client : world.elsewhere(person),
  );
  const answers = await Promise.all(clients.map((client) => accept(client, invite.code)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const path = `/api/workspaces/${world.workspaceId}/invites`;
  const { invites } = await world.elsewhere(world.owner).ok("GET", path);
  expect(invites.find(({ id }: { id: string }) => id === invite.id)).toMatchObject({ uses: 1 });
});

it("an invite that one gateway revoked is refused at the other at once", async () => {
  for (let round = 0; round < 20; round++) {
    const invite = await create({});
    const person = await world.stranger(`Late${round}`);
    const elsewhere = world.elsewhere(person);
    expect((await elsewhere.request("GET", `/api/invites/${invite.code}`)).body).toMatchObject({
      valid: true,
    });
    await world.owner.client.ok("DELETE", `/api/invites/${invite.id}`);
    expect((await accept(elsewhere, invite.code)).status).toBe(404);
    expect((await elsewhere.request("GET", `/api/invites/${invite.code}`)).status).toBe(404);
  }
});

it("an invite of somebody who was just removed or blocked lets nobody in at the other gateway", async () => {
  const ways = [
    ["removeMember", 404],
    ["blockMember", 403],
  ] as const;
  for (const [ends, status] of ways) {
    const maker = await world.join("Maker");
    const path = `/api/workspaces/${world.workspaceId}/invites`;
    const { invite } = await maker.client.ok("POST", path, { body: {} });
    await world.operator[ends](world.workspaceId, maker.user.id);
    expect((await world.elsewhere(maker).request("GET", path)).status).toBe(status);
    const person = await world.stranger("Unlucky");
    expect((await accept(world.elsewhere(person), invite.code)).status).toBe(404);
  }
});
