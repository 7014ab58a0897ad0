import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { WorkspacePayloads } from "@clickclack/protocol/events/WorkspaceEvents";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addUp, History, recount } from "./testing/History.ts";
import { type Draft, drafts, stepOf } from "./testing/steps.ts";
import { WorkspaceDecider } from "./WorkspaceDecider.ts";
import type { RestoredHead, RestoredUpload } from "./WorkspaceSnapshot.ts";
import type { WorkspaceState } from "./WorkspaceState.ts";

const throughJson = (state: WorkspaceState): WorkspaceState =>
  WorkspaceDecider.snapshot.decode(JSON.parse(JSON.stringify(WorkspaceDecider.snapshot.encode(state))));

const run = (list: ReadonlyArray<Draft>): History => {
  const history = new History();
  for (const [n, draft] of list.entries()) history.take(stepOf(draft, n, history));
  return history;
};

test("the commands that are tried at random cause every type of event, each many times", () => {
  const counts = new Map<WorkspaceEvent["type"], number>();
  const events = fc.sample(drafts, { numRuns: 200, seed: 1 }).flatMap((list) => run(list).events);
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  for (const type of Object.keys(WorkspacePayloads) as ReadonlyArray<WorkspaceEvent["type"]>) {
    expect(counts.get(type) ?? 0, type).toBeGreaterThanOrEqual(10);
  }
});

test("whatever is commanded, numbers leave no gap and counts are those that one counts for oneself", () => {
  fc.assert(
    fc.property(drafts, (list) => {
      const history = run(list);
      expect(new Map(history.state.heads)).toEqual(recount(history.events));
      expect(new Map(history.state.usage)).toEqual(addUp(history.events));
    }),
  );
});

test("whatever is commanded, the events folded anew give the same state", () => {
  fc.assert(
    fc.property(drafts, (list) => {
      const history = run(list);
      expect(history.refolded()).toEqual(history.state);
    }),
  );
});

test("a state that went through a snapshot decides like the one that did not", () => {
  fc.assert(
    fc.property(drafts, fc.nat(150), (list, cut) => {
      const [kept, restored] = [new History(), new History()];
      for (const [n, draft] of list.entries()) {
        if (n === cut) restored.state = throughJson(restored.state);
        const step = stepOf(draft, n, kept);
        expect(restored.take(step)).toEqual(kept.take(step));
      }
      expect(throughJson(restored.state)).toEqual(kept.state);
    }),
  );
});

/** Puts back what a command lacks, out of the state that kept everything. */
const restoreFrom = (
  kept: WorkspaceState,
  state: WorkspaceState,
  command: Parameters<typeof WorkspaceDecider.route>[0],
) => {
  for (let reads = 0; ; reads++) {
    const missing = WorkspaceDecider.missing!(state, command);
    if (missing.length === 0) return;
    expect(reads, "a reply and its root are read one after the other, and that is all").toBeLessThan(2);
    const parts = missing.map((id): RestoredHead | RestoredUpload =>
      id.startsWith("upl_")
        ? { id, upload: kept.uploads.get(id) ?? null }
        : { id, head: kept.heads.get(id) ?? null },
    );
    WorkspaceDecider.restore!(state, parts);
  }
};

test("a state that lets heads go and gets them back decides like the one that keeps them all", () => {
  const evictions = fc.array(fc.nat(), { minLength: 150, maxLength: 150 });
  fc.assert(
    fc.property(drafts, evictions, (list, evicted) => {
      const [kept, forgetful] = [new History(), new History()];
      for (const [n, draft] of list.entries()) {
        const ids = [...forgetful.state.heads.keys()];
        for (const id of ids.filter((_, i) => (i + evicted[n]!) % 3 > 0)) forgetful.state.heads.delete(id);
        const uploads = [...forgetful.state.uploads.keys()];
        for (const id of uploads.filter((_, i) => (i + evicted[n]!) % 2 > 0))
          forgetful.state.uploads.delete(id);
        const step = stepOf(draft, n, kept);
        restoreFrom(kept.state, forgetful.state, step.command);
        expect(forgetful.take(step)).toEqual(kept.take(step));
      }
      for (const [id, head] of forgetful.state.heads) expect(head).toEqual(kept.state.heads.get(id) ?? null);
      for (const [id, one] of forgetful.state.uploads)
        expect(one).toEqual(kept.state.uploads.get(id) ?? null);
    }),
  );
});
