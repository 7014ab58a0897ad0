import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { Readable } from "node:stream";
import { type ByteRange, FileMissing, type FileStore, type StoredFile } from "./FileStore.ts";
import { isKey, requireKey } from "./requireKey.ts";
import { requireRange } from "./requireRange.ts";
import { isS3Answer, s3Failure } from "./s3Failure.ts";
import { StorageUnavailable } from "./StorageUnavailable.ts";
import { translateErrors } from "./translateErrors.ts";
import { watchUpload } from "./watchUpload.ts";

/** The least that S3 takes for a part that is not the last: what is read and not yet sent stays small. */
const PART_BYTES = 5 * 1_024 * 1_024;

/** One part is sent while the next is read. */
const PARTS_AT_ONCE = 2;

/** The most that S3 lists at once. */
const LIST_PAGE = 1_000;

/** Which objects of a bucket are the store's: those below `prefix`, which is empty or ends in a slash. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
}

/** Files in a bucket that speaks S3. An upload that a killed process began stays there until the bucket's rules end it. */
export class S3FileStore implements FileStore {
  readonly #client: S3Client;
  readonly #place: S3Place;

  constructor(client: S3Client, place: S3Place) {
    this.#client = client;
    this.#place = place;
  }

  async put(key: string, body: Readable): Promise<void> {
    // a stream that fails before it is read would otherwise end the process
    body.on("error", () => {});
    try {
      requireKey(key);
      await this.#upload(key, body);
    } finally {
      body.destroy();
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    requireKey(key);
    if (range !== undefined) requireRange(range);
    const body = await this.#read(key, range);
    return translateErrors(body, (error) => s3Failure("the bucket stopped sending the file", error));
  }

  async remove(key: string): Promise<void> {
    requireKey(key);
    try {
      await this.#client.send(new DeleteObjectCommand(this.#object(key)));
    } catch (error) {
      throw s3Failure("the bucket did not remove the file", error);
    }
  }

  async *list(): AsyncIterable<StoredFile> {
    let after: string | undefined;
    do {
      const page = await this.#page(after);
      yield* this.#filesOf(page);
      after = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (after !== undefined);
  }

  async #upload(key: string, body: Readable): Promise<void> {
    const watched = watchUpload(this.#client, body);
    const upload = new Upload({
      client: watched.client,
      params: { ...this.#object(key), Body: body },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
      leavePartsOnError: false,
    });
    try {
      await upload.done();
    } catch (error) {
      throw watched.failure(error);
    }
  }

  async #read(key: string, range: ByteRange | undefined): Promise<Readable> {
    const part = range ? { Range: `bytes=${range.first}-${range.last}` } : {};
    try {
      const { Body, ContentLength } = await this.#client.send(
        new GetObjectCommand({ ...this.#object(key), ...part }),
      );
      const body = Body as Readable;
      if (range && ContentLength !== range.last - range.first + 1) {
        body.destroy();
        requireRange(range, range.first + (ContentLength ?? 0));
        throw new StorageUnavailable("the bucket gave more of the file than it was asked for");
      }
      return body;
    } catch (error) {
      if (isS3Answer(error, "NoSuchKey", "NotFound")) throw new FileMissing(key);
      if (range && isS3Answer(error, "InvalidRange")) requireRange(range, 0);
      throw error instanceof RangeError ? error : s3Failure("the bucket did not give the file", error);
    }
  }

  async #page(after: string | undefined): Promise<ListObjectsV2CommandOutput> {
    try {
      const { bucket, prefix } = this.#place;
      const from = after === undefined ? {} : { ContinuationToken: after };
      return await this.#client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: LIST_PAGE, ...from }),
      );
    } catch (error) {
      throw s3Failure("the bucket did not list its files", error);
    }
  }

  *#filesOf({ Contents = [] }: ListObjectsV2CommandOutput): Generator<StoredFile> {
    for (const { Key = "", Size = 0, LastModified = new Date(0) } of Contents) {
      const key = Key.slice(this.#place.prefix.length);
      if (isKey(key)) yield { key, byteSize: Size, storedAt: LastModified };
    }
  }

  #object(key: string) {
    return { Bucket: this.#place.bucket, Key: `${this.#place.prefix}${key}` };
  }
}
