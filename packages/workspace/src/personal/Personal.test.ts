import { expect, test } from "vitest";
import {
  dropDraft,
  emptyPersonal,
  follow,
  hide,
  isHidden,
  markUnread,
  prefer,
  readActivityUpTo,
  readUpTo,
  saveDraft,
  standingDraft,
  unhide,
} from "./Personal.ts";

const AT = "2026-01-01T00:00:00.000Z";
const empty = emptyPersonal("usr_ann", "chn_general");
const read = { ...empty, last_read_seq: 5, last_read_at: AT };

test("reading goes forward, and what was read already changes nothing", () => {
  expect(readUpTo(empty, 5, AT)).toEqual(read);
  expect(readUpTo(read, 5, AT)).toBeUndefined();
  expect(readUpTo(read, 4, AT)).toBeUndefined();
});

test("marking unread goes back to before the message, and never forward", () => {
  expect(markUnread(read, 3, AT)).toEqual({ ...read, last_read_seq: 2 });
  expect(markUnread(read, 0, AT)).toEqual({ ...read, last_read_seq: 0 });
  expect(markUnread(read, 6, AT)).toBeUndefined();
});

test("a preference is all until another is chosen", () => {
  expect(prefer(empty, "all")).toBeUndefined();
  const muted = prefer(read, "muted")!;
  expect(muted).toEqual({ ...read, change: "preference", preference: "muted" });
  expect(prefer(muted, "muted")).toBeUndefined();
});

test("hiding and a draft are taken back without a trace", () => {
  const hidden = hide(read, 7);
  expect(hidden).toMatchObject({ change: "visibility", hidden_seq: 7, last_read_seq: 5 });
  expect(unhide(hidden)).toEqual({ ...read, change: "visibility" });
  expect(unhide(read)).toBeUndefined();
  const saved = saveDraft(read, "hm", AT);
  expect(saved).toEqual({ ...read, change: "draft", draft: { body: "hm", updated_at: AT } });
  expect(dropDraft(saved)).toEqual({ ...read, change: "draft" });
  expect(dropDraft(read)).toBeUndefined();
});

test("a conversation is hidden until something newer is said", () => {
  expect([isHidden(null, 3), isHidden(3, 3), isHidden(3, 4)]).toEqual([false, true, false]);
});

test("a draft stands until its author has posted", () => {
  const at = "2026-01-02T03:04:05.678Z";
  const state = saveDraft(emptyPersonal("usr_a", "chn_a"), "words", at);
  expect(standingDraft(state, undefined)).toEqual(state.draft);
  expect(standingDraft(state, "2026-01-02T03:04:05.677Z")).toEqual(state.draft);
  expect(standingDraft(state, at)).toBeUndefined();
  expect(standingDraft(emptyPersonal("usr_a", "chn_a"), at)).toBeUndefined();
});

test("a thread is followed or not as of what was said when one chose", () => {
  const followed = follow(read, true, 4)!;
  expect(followed).toEqual({ ...read, change: "following", following: true, followed_seq: 4 });
  expect(follow(followed, true, 9)).toBeUndefined();
  const stopped = follow(followed, false, 6)!;
  expect(stopped).toMatchObject({ following: false, followed_seq: 6, last_read_seq: 5 });
  expect(follow(stopped, false, 6)).toBeUndefined();
  // One may have replied since, which took the first stop back.
  expect(follow(stopped, false, 7)).toMatchObject({ following: false, followed_seq: 7 });
  expect(follow(stopped, true, 7)).toMatchObject({ following: true, followed_seq: 7 });
  expect(follow(empty, false, 0)).toMatchObject({ following: false, followed_seq: 0 });
});

test("the activity inbox is read forward only", () => {
  const later = "2026-01-02T00:00:00.000Z";
  const inbox = readActivityUpTo(empty, AT, later)!;
  expect(inbox).toEqual({ ...empty, read_up_to: AT, last_read_at: later });
  expect(readActivityUpTo(inbox, AT, later)).toBeUndefined();
  expect(readActivityUpTo(inbox, "2025-12-31T00:00:00.000Z", later)).toBeUndefined();
  expect(readActivityUpTo(inbox, later, later)).toMatchObject({ read_up_to: later });
});
