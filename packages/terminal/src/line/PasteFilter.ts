import { StringDecoder } from "node:string_decoder";
import { Transform, type TransformCallback } from "node:stream";
import type { ReadStream } from "node:tty";
import { safeText } from "../safeText.ts";

const BEGIN = "\u001b[200~";
const END = "\u001b[201~";
/** What a line feed of a pasted text is shown as while it is being edited. */
export const LINE_MARK = "↵";

/** Bytes that ask a terminal to mark what is pasted, and that take it back. */
export const MARK_PASTES = "\u001b[?2004h";
export const UNMARK_PASTES = "\u001b[?2004l";

/** The end of a piece of input that may be the beginning of a mark. A lone escape is a key. */
const heldBack = (text: string, mark: string): number => {
  for (let length = mark.length - 1; length >= 3; length--)
    if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
};

/**
 * Keys of a terminal, where a pasted text is one line to be edited and sent: line feeds in it would send each of its lines
 * by itself, and tabs would complete names.
 */
export class PasteFilter extends Transform {
  readonly isTTY = true;
  readonly #terminal: ReadStream;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #pasting = false;
  /** Line feeds of a paste that nothing followed yet: those at its end are none. */
  #feeds = "";

  constructor(terminal: ReadStream) {
    super({ encoding: "utf8" });
    this.#terminal = terminal;
    terminal.pipe(this);
  }

  /** As readline asks for it. */
  setRawMode(raw: boolean): this {
    this.#terminal.setRawMode(raw);
    return this;
  }

  /** Lets go of the terminal, so that another may read it. */
  detach(): void {
    this.#terminal.unpipe(this);
    this.#terminal.pause();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const keys = this.#read(this.#rest + this.#decoder.write(chunk));
    // Readline completes only at the end of what it is given: whoever types fast goes on behind a Tab at once.
    for (const piece of keys.split(/(?<=\t)/)) if (piece !== "") this.push(piece);
    done();
  }

  #read(text: string): string {
    const mark = this.#pasting ? END : BEGIN;
    const at = text.indexOf(mark);
    if (at === -1) {
      const held = heldBack(text, mark);
      this.#rest = text.slice(text.length - held);
      return this.#piece(text.slice(0, text.length - held));
    }
    const before = this.#piece(text.slice(0, at));
    this.#pasting = !this.#pasting;
    this.#feeds = "";
    return before + this.#read(text.slice(at + mark.length));
  }

  #piece(text: string): string {
    if (!this.#pasting) return text;
    const shown = this.#feeds + safeText(text).replaceAll("\n", LINE_MARK);
    const end = shown.length - /↵*$/.exec(shown)![0].length;
    this.#feeds = shown.slice(end);
    return shown.slice(0, end);
  }
}
