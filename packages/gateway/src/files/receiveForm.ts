import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Readable } from "node:stream";

/** Bounds of a form with one file: a few short fields beside it, and headers as browsers write them. */
const FORM_LIMITS = {
  files: 1,
  fields: 8,
  parts: 9,
  fieldNameSize: 64,
  fieldSize: 256,
  headerPairs: 16,
  headerSize: 8 * 1024,
};

/** The file of a form, and the fields that stood before it. The stream fails when the file is over its limit. */
export interface FormFile {
  readonly filename: string;
  readonly contentType: string;
  readonly stream: Readable;
  readonly fields: Readonly<Record<string, string>>;
}

export interface ReceivedForm<Taken> {
  readonly fields: Readonly<Record<string, string>>;
  readonly taken: Taken;
}

interface FormOptions<Taken> {
  readonly body: Readable;
  readonly contentType: string;
  readonly maxFileBytes: number;
  readonly take: (file: FormFile) => Promise<Taken>;
}

const malformed = (message: string) => new ApiFailure("invalid_request", message);

/**
 * Reads a multipart form with one part `file`, which `take` gets while it comes; fields behind the file are there
 * when the promise is. Throws 400, 413, 415, whatever `take` throws, and what the body fails with.
 */
export const receiveForm = <Taken>(options: FormOptions<Taken>): Promise<ReceivedForm<Taken>> =>
  new Promise((resolve, reject) => {
    const parser = parserFor(options.contentType, options.maxFileBytes);
    const form = new Form(options, (error) => {
      options.body.unpipe(parser);
      // What is left of the body is thrown away by whoever answers.
      parser.removeAllListeners();
      parser.on("error", () => undefined);
      reject(error);
    });
    parser.on("field", (name, value, nameCut, valueCut) => form.onField(name, value, nameCut, valueCut));
    parser.on("file", (name, stream, filename, _, type) => form.onFile(name, stream, filename, type));
    for (const limit of ["partsLimit", "filesLimit", "fieldsLimit"] as const)
      parser.on(limit, () => form.fail(malformed("the form has more parts than one file and a few fields")));
    parser.on("error", () => form.fail(malformed("the body is not a whole multipart form")));
    parser.on("finish", () => void form.finish().then(resolve, (error: unknown) => form.fail(error)));
    options.body.on("error", (error) => form.fail(error));
    options.body.pipe(parser);
  });

const parserFor = (contentType: string, maxFileBytes: number) => {
  if (!/^multipart\/form-data *;/i.test(contentType))
    throw new ApiFailure("unsupported_media_type", "the body must be multipart/form-data");
  try {
    const limits = { ...FORM_LIMITS, fileSize: maxFileBytes };
    return new Busboy({ headers: { "content-type": contentType }, preservePath: true, limits });
  } catch {
    throw malformed("the Content-Type names no boundary");
  }
};

/** What was read of a form so far. */
class Form<Taken> {
  readonly #options: FormOptions<Taken>;
  readonly #onFailure: (error: unknown) => void;
  readonly #fields: Record<string, string> = {};
  #stream: BusboyFileStream | undefined;
  #taking: Promise<Taken> | undefined;
  #failed = false;

  constructor(options: FormOptions<Taken>, onFailure: (error: unknown) => void) {
    this.#options = options;
    this.#onFailure = onFailure;
  }

  onField(name: string, value: string, nameCut: boolean, valueCut: boolean): void {
    if (nameCut || valueCut) return this.fail(malformed("a field of the form is too long"));
    if (Object.hasOwn(this.#fields, name)) return this.fail(malformed(`${name} is given twice`));
    Object.defineProperty(this.#fields, name, { value, enumerable: true });
  }

  onFile(part: string, stream: BusboyFileStream, filename: string, contentType: string): void {
    this.#stream = stream;
    stream.on("error", () => undefined);
    if (part !== "file") return this.fail(malformed(`the file has to be the part named file, not ${part}`));
    stream.on("limit", () =>
      this.fail(new ApiFailure("payload_too_large", "the file is larger than 64 MiB")),
    );
    // Browsers and curl write a quote in a name as %22, and a percent sign as itself.
    const name = filename.replaceAll("%22", '"');
    this.#taking = this.#options.take({ filename: name, contentType, stream, fields: this.#fields });
    this.#taking.catch((error: unknown) => this.fail(error));
  }

  async finish(): Promise<ReceivedForm<Taken>> {
    if (!this.#taking) throw malformed("the form has no file; it has to be the part named file");
    const taken = await this.#taking;
    return { fields: this.#fields, taken };
  }

  fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#stream?.destroy(error instanceof Error ? error : new Error(String(error)));
    this.#onFailure(error);
  }
}
