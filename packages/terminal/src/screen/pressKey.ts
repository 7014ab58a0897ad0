import { safeText } from "../safeText.ts";
import { namesOf } from "../typed/namesOf.ts";
import { readTyped } from "../typed/readTyped.ts";
import { EDITS, insert, movedByLine, withText } from "./input/LineBuffer.ts";
import type { Typing } from "./input/readKeys.ts";
import type { ScreenModel } from "./ScreenModel.ts";
import { scrolledDown, scrolledUp } from "./scroll/viewOf.ts";

/** What a key may do besides changing the model. */
export interface KeyEffects {
  readonly quit: () => void;
  readonly redraw: () => void;
  /** Stops the program until its shell lets it go on. */
  readonly suspend: () => void;
}

type Press = (model: ScreenModel, effects: KeyEffects) => void;

const send = (model: ScreenModel, text: string): void => {
  const { chat } = model;
  const line = { text, room: chat.room, since: Date.now() };
  model.pending.add(line, chat.input(text), () => model.changed());
};

const enter: Press = (model, { quit }) => {
  const { text } = model.buffer;
  const typed = readTyped(text, new Set(namesOf(model.chat.commands)));
  if (typed._tag === "nothing") return;
  model.history.add(text);
  model.buffer = withText(model.buffer, "");
  model.anchor = undefined;
  if (typed._tag === "send") send(model, typed.text);
  else if (typed._tag === "unknown") model.remark("alert", typed.problem);
  else if (typed._tag === "clear") model.clear();
  else quit();
};

const type = (model: ScreenModel, text: string): void => {
  const next = insert(model.buffer, text);
  if (!next) return model.remark("alert", "that is too long for one message");
  model.buffer = next;
  if (!next.text.startsWith("/")) model.chat.typing();
};

const upOrDown =
  (by: -1 | 1): Press =>
  (model) => {
    const moved = movedByLine(model.buffer, by);
    if (moved) return void (model.buffer = moved);
    const text = model.history.move(by, model.buffer.text);
    if (text !== undefined) model.buffer = withText(model.buffer, text);
  };

const page =
  (by: -1 | 1): Press =>
  (model) => {
    const { messages, body } = model.layout;
    const rows = Math.max(1, body - 2);
    if (model.help !== undefined) model.help = Math.max(0, model.help + by * rows);
    else if (messages === 0) model.threadScroll = Math.max(0, model.threadScroll - by * rows);
    else {
      const rowsOf = model.rowsOf(messages);
      model.anchor =
        by === -1
          ? scrolledUp(model.log, model.anchor, rows, body - 1, rowsOf)
          : scrolledDown(model.log, model.anchor, rows, rowsOf);
    }
  };

const pageThread =
  (by: -1 | 1): Press =>
  (model) => {
    model.threadScroll = Math.max(0, model.threadScroll - by * Math.max(1, model.layout.body - 3));
  };

const goTo = (model: ScreenModel, room: string | undefined): void => {
  if (room === undefined || room === model.chat.room) return;
  send(model, `/join ${room}`);
};

const neighbour =
  (by: -1 | 1): Press =>
  (model) => {
    const { rooms, room } = model.chat;
    goTo(model, rooms[(rooms.indexOf(room) + by + rooms.length) % rooms.length]);
  };

/** The next room in which something is unread; first of all one where the reader is named. */
const unread: Press = (model) => {
  const { chat } = model;
  const named = chat.rooms.find((room) => chat.unreadIn(room).mentions > 0);
  goTo(model, named ?? chat.rooms.find((room) => chat.unreadIn(room).messages > 0));
};

const tab =
  (by: -1 | 1): Press =>
  (model) => {
    const { room, rooms, commands, username } = model.chat;
    const people = model.chat.peopleIn(room).map((person) => person.username);
    const nicks = [...model.nicks.in(room), ...people].filter((name) => name !== username);
    model.buffer = model.completion.next(model.buffer, { nicks, rooms, commands: namesOf(commands) }, by);
  };

const escape: Press = (model) => {
  // What is said while a thread is open goes there: the chat has to know that it is closed.
  const closes = model.chat.commands.some(({ name }) => name === "thread");
  if (model.thread && closes) send(model, "/thread close");
  else if (model.thread) model.hideThread();
  else model.anchor = undefined;
};

const openHelp: Press = (model) => {
  model.help = 0;
};

const KEYS: Readonly<Record<string, Press>> = {
  enter,
  up: upOrDown(-1),
  down: upOrDown(1),
  pageup: page(-1),
  pagedown: page(1),
  "M-pageup": pageThread(-1),
  "M-pagedown": pageThread(1),
  "M-up": pageThread(-1),
  "M-down": pageThread(1),
  tab: tab(1),
  "S-tab": tab(-1),
  escape,
  function: openHelp,
  "C-n": neighbour(1),
  "C-p": neighbour(-1),
  "M-a": unread,
  "M-enter": (model) => type(model, "\n"),
  "C-j": (model) => type(model, "\n"),
  "C-l": (_model, { redraw }) => redraw(),
  "C-z": (_model, { suspend }) => suspend(),
  "C-c": (model, { quit }) => {
    if (model.buffer.text === "") return quit();
    model.buffer = withText(model.buffer, "");
  },
  "C-d": (model, { quit }) => {
    if (model.buffer.text === "") return quit();
    model.buffer = EDITS["delete"]!(model.buffer);
  },
};

const pressNamed = (
  model: ScreenModel,
  { key, afterEscape }: Extract<Typing, { _tag: "key" }>,
  effects: KeyEffects,
): void => {
  const number = /^M-([1-9])$/.exec(key)?.[1];
  if (number !== undefined) return goTo(model, model.chat.rooms[Number(number) - 1]);
  // With nothing typed, End goes to the end of what was said, where one sees what is new.
  if (key === "end" && model.buffer.text === "") return void (model.anchor = undefined);
  const press = KEYS[key];
  if (press) return press(model, effects);
  const edit = EDITS[key];
  if (edit) model.buffer = edit(model.buffer);
  else if (afterEscape !== undefined) {
    // Nothing is bound to it with Alt: somebody pressed Esc and typed on, faster than their terminal tells apart.
    escape(model, effects);
    typeText(model, afterEscape);
  }
};

const typeText = (model: ScreenModel, text: string): void => {
  if (text === "?" && model.buffer.text === "") model.help = 0;
  else type(model, safeText(text));
};

const PASSES_HELP = new Set(["pageup", "pagedown", "C-l", "C-z"]);

/** What a key does; any closes the help but those that move it. */
export const pressKey = (model: ScreenModel, typing: Typing, effects: KeyEffects): void => {
  const key = typing._tag === "key" ? typing.key : "";
  if (model.help !== undefined && !PASSES_HELP.has(key)) {
    model.help = undefined;
    if (key === "C-c" || key === "C-d") effects.quit();
  } else if (typing._tag === "key") pressNamed(model, typing, effects);
  else typeText(model, typing.text);
  model.changed();
};

/** What was pasted is text, whatever keys it would be. */
export const paste = (model: ScreenModel, text: string): void => {
  model.help = undefined;
  type(model, safeText(text.replace(/\r\n?/g, "\n")).replace(/\n+$/, ""));
  model.changed();
};
