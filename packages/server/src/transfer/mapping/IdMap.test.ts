import { isId, newId } from "@clickclack/protocol/Ids";
import { conversationId } from "@clickclack/workspace/direct/conversationId";
import { drafts, stepOf } from "@clickclack/workspace/testing/steps";
import { History } from "@clickclack/workspace/testing/History";
import { WorkspaceDecider } from "@clickclack/workspace/WorkspaceDecider";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IdMap } from "./IdMap.ts";
import { CAUSE_FIELDS, eachIdentifier, mapIdentifiers, TEXT_FIELDS } from "./textFields.ts";

const WORKSPACE = newId("wsp");
const PREFIXES = ["wsp", "chn", "msg", "evt", "cmt", "upl", "top", "pin", "inv", "usr", "ses"] as const;

const id = fc.tuple(fc.constantFrom(...PREFIXES), fc.nat(1e9)).map(([prefix, at]) => newId(prefix, at));
const text = [...TEXT_FIELDS, ...CAUSE_FIELDS];
const field = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("author_id", "member_ids", "pinned_by", "of_a_later_version") },
  { weight: 1, arbitrary: fc.constantFrom(...text) },
);
const leaf = fc.oneof(id, fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const { document } = fc.letrec((tie) => ({
  document: fc.oneof({ depthSize: "small" }, leaf, tie("list"), tie("object")),
  list: fc.array(tie("document"), { maxLength: 4 }),
  object: fc.dictionary(field, tie("document"), { maxKeys: 4 }),
}));

describe("documents", () => {
  test("keep their texts and shape, and every other string that is an id is mapped, in types that are not known yet too", () => {
    fc.assert(
      fc.property(document, (value) => {
        const map = new IdMap({ workspaceId: WORKSPACE, salt: "here" });
        const mapped = map.map(value);
        const [before, after]: [Array<string>, Array<string>] = [[], []];
        eachIdentifier(value, (one) => before.push(map.idOf(one)));
        eachIdentifier(mapped, (one) => after.push(one));
        expect(after).toEqual(before);
        expect(textsOf(mapped)).toEqual(textsOf(value));
        expect(shapeOf(mapped)).toEqual(shapeOf(value));
      }),
    );
  });

  test("are the very same objects where no id becomes another", () => {
    fc.assert(fc.property(document, (value) => mapIdentifiers(value, (one) => one) === value));
    const map = new IdMap({ workspaceId: WORKSPACE });
    expect(map.keepsAll).toBe(true);
  });
});

/** Everything that must not be touched, in order. */
const textsOf = (value: unknown, name = ""): ReadonlyArray<unknown> => {
  if (TEXT_FIELDS.has(name) || CAUSE_FIELDS.has(name)) return [value];
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one, name));
  if (typeof value !== "object" || value === null) return typeof value === "string" ? [] : [value];
  return Object.entries(value).flatMap(([key, one]) => textsOf(one, key));
};

const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.entries(value).map(([key, one]) => [key, shapeOf(one)]);
};

describe("new ids", () => {
  test("are ids of the same kind and time, one for each, the same every time, and others in other deployments", () => {
    const one = new IdMap({ workspaceId: WORKSPACE, salt: "here" });
    const again = new IdMap({ workspaceId: WORKSPACE, salt: "here" });
    const elsewhere = new IdMap({ workspaceId: WORKSPACE, salt: "there" });
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 50 }), (ids) => {
        const mapped = ids.map(one.idOf);
        expect(new Set(mapped).size).toBe(ids.length);
        for (const [i, before] of ids.entries()) {
          const after = mapped[i]!;
          const [prefix] = before.split("_") as [(typeof PREFIXES)[number]];
          expect(again.idOf(before)).toBe(after);
          expect(isId(prefix, after)).toBe(true);
          expect(after.slice(0, prefix.length + 11)).toBe(before.slice(0, prefix.length + 11));
          const ofPeople = prefix === "usr" || prefix === "ses";
          expect(after === before).toBe(ofPeople);
          expect(elsewhere.idOf(before) === after).toBe(ofPeople);
        }
      }),
    );
  });

  test("are given to no string that is no id", () => {
    const map = new IdMap({ workspaceId: WORKSPACE, salt: "here" });
    fc.assert(fc.property(fc.string(), (any) => map.idOf(any) === any));
    for (const near of [
      `${newId("msg")}x`,
      newId("msg").toUpperCase(),
      `see ${newId("msg")}`,
      "msg_",
      "system",
    ])
      expect(map.idOf(near)).toBe(near);
  });
});

describe("conversations", () => {
  const [ann, bob, annHere] = [newId("usr"), newId("usr"), newId("usr")];
  const opened = (direct_conversation_id: string, member_ids: ReadonlyArray<string>) => ({
    type: "dm.created",
    payload: { direct_conversation_id, member_ids, created_by: member_ids[0] },
  });

  test("are called after who is in them here, in that event and ever after", () => {
    const dm = conversationId(WORKSPACE, [ann, bob]);
    const map = new IdMap({ workspaceId: WORKSPACE, users: new Map([[ann, annHere]]) });
    const expected = conversationId(WORKSPACE, [annHere, bob]);
    expect(map.mapEvent(opened(dm, [ann, bob])).payload).toEqual({
      direct_conversation_id: expected,
      member_ids: [annHere, bob],
      created_by: annHere,
    });
    expect(map.map({ channel_id: dm, body: dm })).toEqual({ channel_id: expected, body: dm });
    const copy = new IdMap({ workspaceId: WORKSPACE, salt: "here" });
    copy.mapEvent(opened(dm, [ann, bob]));
    expect(copy.idOf(dm)).toBe(conversationId(copy.workspaceId, [ann, bob]));
  });

  test("that are called otherwise keep that name, or get a new one like anything else", () => {
    const dm = newId("dm");
    const users = new Map([[ann, annHere]]);
    const map = new IdMap({ workspaceId: WORKSPACE, users });
    map.mapEvent(opened(dm, [ann, bob]));
    expect(map.idOf(dm)).toBe(dm);
    const copy = new IdMap({ workspaceId: WORKSPACE, users, salt: "here" });
    copy.mapEvent(opened(dm, [ann, bob]));
    expect(isId("dm", copy.idOf(dm))).toBe(true);
    expect(copy.idOf(dm)).not.toBe(dm);
  });
});

test("a mapped history folds to the mapped state", () => {
  const users = new Map([["usr_ann", "usr_annhere"]]);
  fc.assert(
    fc.property(drafts, (all) => {
      const history = new History();
      for (const [n, draft] of all.entries()) history.take(stepOf(draft, n, history));
      const map = new IdMap({ workspaceId: "wsp_acme", users });
      const folded = history.events
        .map((event) => map.mapEvent(event))
        .reduce(
          (state, event) => WorkspaceDecider.evolve(state, event),
          WorkspaceDecider.initial("wsp_acme"),
        );
      const { encode } = WorkspaceDecider.snapshot;
      const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
      const expected = json(map.map(json(encode(history.refolded()))));
      expect(json(encode(folded))).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});
