import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { S3Bucket, S3Refusal } from "./S3Bucket.ts";
import { verifySignature } from "./verifySignature.ts";

export const ACCESS_KEY = "AKIATESTONLY";
export const SECRET = "a-secret/that+nobody+may+see";
export const BUCKET = "files";

/** A listing has few entries, so that a handful of files takes several pages. */
const LIST_PAGE = 3;

/** What the server is to do instead of answering: an HTTP status, or to cut the connection at once or half way. */
export type Fault = number | "cut" | "cutHalfWay";

interface Call {
  readonly operation: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type Target = Pick<Call, "key" | "query">;

const OPERATIONS: ReadonlyArray<readonly [string, string, (target: Target) => boolean]> = [
  ["ListObjectsV2", "GET", ({ key, query }) => key === "" && query.get("list-type") === "2"],
  ["CreateMultipartUpload", "POST", ({ query }) => query.has("uploads")],
  ["CompleteMultipartUpload", "POST", ({ query }) => query.has("uploadId")],
  ["AbortMultipartUpload", "DELETE", ({ query }) => query.has("uploadId")],
  ["UploadPart", "PUT", ({ query }) => query.has("uploadId")],
  ["PutObject", "PUT", ({ key }) => key !== ""],
  ["GetObject", "GET", ({ key }) => key !== ""],
  ["DeleteObject", "DELETE", ({ key }) => key !== ""],
];

const xml = (response: ServerResponse, status: number, body: string) => {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
};

/** What S3 does with the requests of a file store: signatures are verified, bodies go to disk. One bucket, path style. */
export class S3Server {
  readonly bucket: S3Bucket;
  /** Asked before each request that is properly signed. */
  fault: (operation: string, key: string) => Fault | undefined = () => undefined;
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string) {
    this.#folder = folder;
    this.bucket = new S3Bucket(folder);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<S3Server> {
    const server = new S3Server(await mkdtemp(join(tmpdir(), "clickclack-s3-")));
    await once(server.#server.listen(0, "127.0.0.1"), "listening");
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The storage URL of a place in the bucket. */
  url(prefix = ""): string {
    return `s3://${BUCKET}/${prefix}?endpoint=${encodeURIComponent(this.endpoint)}&path_style=true`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.#folder, { recursive: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#handle(this.#call(request, response));
    } catch (error) {
      const { code, status } = error instanceof S3Refusal ? error : new S3Refusal("InternalError", 500);
      if (!response.headersSent)
        xml(response, status, `<Error><Code>${code}</Code><Message>no</Message></Error>`);
    }
  }

  #call(request: IncomingMessage, response: ServerResponse): Call {
    const refused = verifySignature(request, new Map([[ACCESS_KEY, SECRET]]));
    if (refused) throw new S3Refusal(refused, 403);
    const url = new URL(request.url!, "http://localhost");
    const [bucket, ...rest] = url.pathname.slice(1).split("/");
    if (bucket !== BUCKET) throw new S3Refusal("NoSuchBucket", 404);
    const target = { key: decodeURIComponent(rest.join("/")), query: url.searchParams };
    const known = OPERATIONS.find(([, method, fits]) => method === request.method && fits(target));
    if (known === undefined) throw new S3Refusal("NotImplemented", 501);
    return { operation: known[0], ...target, request, response };
  }

  async #handle(call: Call): Promise<void> {
    const fault = this.fault(call.operation, call.key);
    if (fault === "cut") call.request.socket.destroy();
    else if (fault === "cutHalfWay") await this.#sendHalf(call);
    else if (fault !== undefined) throw new S3Refusal(`Fault${fault}`, fault);
    else await this.#operations[call.operation]!(call);
  }

  readonly #operations: Readonly<Record<string, (call: Call) => Promise<void> | void>> = {
    PutObject: async ({ key, request, response }) => {
      this.bucket.put(key, await this.#receive(request));
      response.end();
    },
    GetObject: (call) => this.#get(call),
    DeleteObject: ({ key, response }) => {
      this.bucket.objects.delete(key);
      response.writeHead(204).end();
    },
    ListObjectsV2: (call) => this.#list(call),
    CreateMultipartUpload: ({ key, response }) => {
      const inside = `<Bucket>${BUCKET}</Bucket><Key>${key}</Key><UploadId>${this.bucket.begin()}</UploadId>`;
      xml(response, 200, `<InitiateMultipartUploadResult>${inside}</InitiateMultipartUploadResult>`);
    },
    UploadPart: async ({ query, request, response }) => {
      const blob = await this.#receive(request);
      this.bucket.parts(query.get("uploadId")!).set(Number(query.get("partNumber")), blob);
      response.writeHead(200, { etag: `"${blob.sha256}"` }).end();
    },
    CompleteMultipartUpload: async ({ key, query, request, response }) => {
      const parts = [...(await text(request)).matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = ""]) => ({
        number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
        etag: /<ETag>(?:"|&quot;)?([0-9a-f]+)/.exec(part)?.[1] ?? "",
      }));
      this.bucket.complete(key, query.get("uploadId")!, parts);
      xml(response, 200, `<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`);
    },
    AbortMultipartUpload: ({ query, response }) => {
      this.bucket.parts(query.get("uploadId")!);
      this.bucket.uploads.delete(query.get("uploadId")!);
      response.writeHead(204).end();
    },
  };

  #receive(request: IncomingMessage) {
    // as S3: it takes no body of unknown length
    if (request.headers["content-length"] === undefined) throw new S3Refusal("MissingContentLength", 411);
    return this.bucket.receive(request, String(request.headers["x-amz-content-sha256"]));
  }

  async #get({ key, request, response }: Call): Promise<void> {
    const object = this.bucket.object(key);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const first = Number(from ?? 0);
    const last = Math.min(Number(to ?? object.size - 1), object.size - 1);
    if (from !== undefined && first >= object.size) throw new S3Refusal("InvalidRange", 416);
    const range = from === undefined ? {} : { "content-range": `bytes ${first}-${last}/${object.size}` };
    response.writeHead(from === undefined ? 200 : 206, { "content-length": last - first + 1, ...range });
    await pipeline(
      Readable.from(this.bucket.read(object, first, last), { objectMode: false }),
      response,
    ).catch(() => {
      // the reader went away
    });
  }

  async #sendHalf({ key, response }: Call): Promise<void> {
    const object = this.bucket.object(key);
    response.writeHead(200, { "content-length": object.size });
    const half = this.bucket.read(object, 0, Math.floor(object.size / 2) - 1);
    await pipeline(Readable.from(half, { objectMode: false }), response, { end: false });
    response.destroy();
  }

  #list({ query, response }: Call): void {
    const after = query.get("continuation-token") ?? "";
    const prefix = query.get("prefix") ?? "";
    const keys = [...this.bucket.objects.keys()]
      .filter((key) => key.startsWith(prefix) && key > after)
      .toSorted();
    const limit = Math.min(Number(query.get("max-keys") ?? LIST_PAGE), LIST_PAGE);
    const page = keys.slice(0, limit);
    const contents = page.map((key) => {
      const { size, at } = this.bucket.object(key);
      return `<Contents><Key>${key}</Key><LastModified>${at.toISOString()}</LastModified><Size>${size}</Size></Contents>`;
    });
    const more = keys.length > limit;
    const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
    const head = `<IsTruncated>${more}</IsTruncated><KeyCount>${page.length}</KeyCount>${next}`;
    xml(response, 200, `<ListBucketResult>${head}${contents.join("")}</ListBucketResult>`);
  }
}
