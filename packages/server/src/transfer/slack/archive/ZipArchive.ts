import { basename } from "node:path";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { TransferRefused } from "../../TransferRefused.ts";

/** A channel of ten years has some 3,700 days, and a workspace thousands of channels; beyond that it is no export. */
const MAX_ENTRIES = 1_000_000;
/** A day of one channel, or the list of all people, is read at once: the busiest are some ten megabytes. */
const MAX_ENTRY_BYTES = 64 * 1024 * 1024;
/** JSON shrinks to a tenth or a thirtieth; what shrinks to less than this is made to fill memory. */
const MAX_RATIO = 200;
/** Small texts that repeat themselves shrink as much, and do no harm. */
const RATIO_FROM_BYTES = 1024 * 1024;
const JSON_NAME = /\.json$/i;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The JSON documents of a zip, read where they lie: nothing of it is written to the disk. */
export class ZipArchive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /** Opens an archive and looks at what it says of itself. Throws TransferRefused. */
  static async open(path: string): Promise<ZipArchive> {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true };
    const zip = await openPromise(path, options).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    try {
      return new ZipArchive(zip, await listEntries(zip, path));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  /** The names of the documents in it. */
  get names(): Iterable<string> {
    return this.#entries.keys();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** How large a document is; 0 if there is none. */
  sizeOf(name: string): number {
    return this.#entries.get(name)?.uncompressedSize ?? 0;
  }

  /** A document, parsed. Throws TransferRefused, naming it. */
  async read(name: string): Promise<unknown> {
    const bytes = await this.#bytes(name);
    try {
      return JSON.parse(utf8.decode(bytes));
    } catch {
      throw new TransferRefused(`${printable(name)} is no JSON`);
    }
  }

  close(): void {
    this.#zip.close();
  }

  async #bytes(name: string): Promise<Buffer> {
    const entry = this.#entries.get(name);
    if (!entry) throw new TransferRefused(`the archive has no ${printable(name)}`);
    try {
      const chunks: Array<Buffer> = [];
      // It ends with an error where there is more or less than the entry says.
      for await (const chunk of await this.#zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    } catch (error) {
      throw new TransferRefused(`${printable(name)} cannot be read: ${(error as Error).message}`);
    }
  }
}

const listEntries = async (zip: ZipFile, path: string): Promise<ReadonlyMap<string, Entry>> => {
  if (zip.entryCount > MAX_ENTRIES)
    throw new TransferRefused(`${basename(path)} holds more than ${MAX_ENTRIES} files; it is no export`);
  const entries = new Map<string, Entry>();
  const iterator = zip.eachEntry();
  for (;;) {
    // Absolute paths, those with .. and those with backslashes end here.
    const { done, value: entry } = await iterator.next().catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (done === true) return entries;
    if (!JSON_NAME.test(entry.fileName)) continue;
    checkEntry(entry);
    if (entries.has(entry.fileName))
      throw new TransferRefused(`${printable(entry.fileName)} is in the archive twice`);
    entries.set(entry.fileName, entry);
  }
};

const checkEntry = (entry: Entry): void => {
  const { fileName, uncompressedSize, compressedSize } = entry;
  const name = printable(fileName);
  if (entry.isEncrypted()) throw new TransferRefused(`${name} is encrypted`);
  if (uncompressedSize > MAX_ENTRY_BYTES)
    throw new TransferRefused(`${name} is larger than ${MAX_ENTRY_BYTES} bytes`);
  if (uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > compressedSize * MAX_RATIO)
    throw new TransferRefused(`${name} unpacks to ${uncompressedSize} bytes out of ${compressedSize}`);
};

const unreadable = (path: string, error: unknown): TransferRefused =>
  new TransferRefused(`${basename(path)} cannot be read as a zip: ${printable((error as Error).message)}`);

/** A name out of an archive, as a terminal may show it. */
export const printable = (name: string): string => name.replace(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, 200);
