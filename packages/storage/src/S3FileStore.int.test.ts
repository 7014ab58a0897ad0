import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { openFileStore } from "./openFileStore.ts";
import { StorageUnavailable } from "./StorageUnavailable.ts";
import { fileStoreContract } from "./testing/FileStoreContract.ts";
import { generated } from "./testing/generated.ts";
import { measurePut } from "./testing/measurePut.ts";
import { ACCESS_KEY, S3Server, SECRET } from "./testing/S3Server.ts";

let server: S3Server;

const useCredentials = (keyId: string, secret: string) => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", keyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret);
};

beforeAll(async () => {
  useCredentials(ACCESS_KEY, SECRET);
  server = await S3Server.start();
});

afterEach(() => {
  useCredentials(ACCESS_KEY, SECRET);
  server.fault = () => undefined;
  expect([...server.bucket.uploads.keys()], "uploads that did not end").toEqual([]);
});

afterAll(async () => {
  await server.stop();
  vi.unstubAllEnvs();
});

const failureOf = async (work: Promise<unknown>): Promise<Error> => {
  const failure = await work.then(
    () => expect.unreachable("it succeeded"),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StorageUnavailable);
  return failure as Error;
};

fileStoreContract("S3FileStore", () => openFileStore(server.url(randomUUID())));

describe("opening a bucket", () => {
  test.for([
    ["a wrong secret", ACCESS_KEY, "wrong-secret", "SignatureDoesNotMatch"],
    ["an unknown key", "AKIAUNKNOWN", SECRET, "InvalidAccessKeyId"],
  ] as const)("with %s is refused, and no credential is told", async ([, keyId, secret, reason]) => {
    useCredentials(keyId, secret);
    const failure = await failureOf(openFileStore(server.url()));
    expect(failure.message).toBe(
      `the bucket files at ${server.endpoint} cannot be used: to list files failed: ${reason}`,
    );
    const told = inspect(failure, { depth: 20, showHidden: true });
    for (const word of [keyId, secret, "Signature="]) expect(told).not.toContain(word);
  });

  test("that does not exist says so", async () => {
    const failure = await failureOf(openFileStore(server.url().replace("s3://files", "s3://others")));
    expect(failure.message).toContain(`the bucket others at ${server.endpoint} cannot be used`);
    expect(failure.message).toContain("NoSuchBucket");
  });

  test("that may be read and not written says so", async () => {
    server.fault = (operation) => (operation === "PutObject" ? 403 : undefined);
    expect((await failureOf(openFileStore(server.url()))).message).toContain(
      "to write files failed: Fault403",
    );
  });

  test("where nobody listens says so", async () => {
    const gone = await S3Server.start();
    const url = gone.url();
    await gone.stop();
    expect((await failureOf(openFileStore(url))).message).toContain("ECONNREFUSED");
  });

  test("leaves nothing in it", async () => {
    const prefix = randomUUID();
    const { close } = await openFileStore(server.url(prefix));
    expect([...server.bucket.objects.keys()].filter((key) => key.startsWith(prefix))).toEqual([]);
    await close();
  });
});

describe("a bucket", () => {
  test("that fails for good while a file is put leaves no parts, and lets go of the sender", async () => {
    const { store, close } = await openFileStore(server.url());
    const faults = [
      ["UploadPart", 500],
      ["UploadPart", 403],
      ["UploadPart", "cut"],
      ["CompleteMultipartUpload", 500],
      ["CreateMultipartUpload", "cut"],
    ] as const;
    for (const [failing, fault] of faults) {
      server.fault = (operation) => (operation === failing ? fault : undefined);
      const key = randomUUID();
      const body = generated(20);
      const failure = await failureOf(store.put(key, body));
      expect(failure.message, failing).toBe("the bucket did not take the file");
      expect(body.destroyed).toBe(true);
      expect(server.bucket.objects.has(key)).toBe(false);
      expect(server.bucket.uploads.size, failing).toBe(0);
    }
    await close();
  });

  test("that fails while the sender makes a pause does not wait for the sender", async () => {
    const { store, close } = await openFileStore(server.url());
    server.fault = (operation) => (operation === "UploadPart" ? 403 : undefined);
    const body = new Readable({ read() {} });
    body.push(Buffer.alloc(6 * 1_024 * 1_024));
    const failure = await failureOf(store.put(randomUUID(), body));
    expect(failure.message).toBe("the bucket did not take the file");
    expect(failure.cause).toMatchObject({ name: "Fault403" });
    expect(body.destroyed).toBe(true);
    await close();
  });

  test("that fails after the sender did leaves the sender's failure to tell", async () => {
    const { store, close } = await openFileStore(server.url());
    server.fault = (operation) => (operation === "AbortMultipartUpload" ? 500 : undefined);
    const failure = new Error("the sender's own failure");
    const body = new Readable({
      read() {
        if (server.bucket.uploads.size > 0) this.destroy(failure);
        else this.push(Buffer.alloc(1_024 * 1_024));
      },
    });
    await expect(store.put(randomUUID(), body)).rejects.toBe(failure);
    server.bucket.uploads.clear();
    await close();
  });

  test("that ignores which part was asked for is not believed", async () => {
    const { store, close } = await openFileStore(server.url());
    const key = randomUUID();
    await store.put(key, generated(1));
    server.fault = (operation) => (operation === "GetObject" ? "cutHalfWay" : undefined);
    const failure = await failureOf(store.get(key, { first: 0, last: 0 }));
    expect(failure.message).toBe("the bucket gave more of the file than it was asked for");
    await close();
  });

  test("that fails once is asked again", async () => {
    const { store, close } = await openFileStore(server.url());
    const failed = new Set<string>();
    server.fault = (operation) => {
      if (failed.has(operation)) return undefined;
      failed.add(operation);
      return operation === "UploadPart" ? "cut" : 503;
    };
    const key = randomUUID();
    await store.put(key, generated(11));
    expect((await buffer(await store.get(key))).length).toBe(11 * 1_024 * 1_024);
    expect([...failed]).toEqual([
      "CreateMultipartUpload",
      "UploadPart",
      "CompleteMultipartUpload",
      "GetObject",
    ]);
    await close();
  });

  test("that breaks off while a file is read fails the reader", async () => {
    const { store, close } = await openFileStore(server.url());
    const key = randomUUID();
    await store.put(key, generated(4));
    server.fault = (operation) => (operation === "GetObject" ? "cutHalfWay" : undefined);
    const failure = await failureOf(buffer(await store.get(key)));
    expect(failure.message).toBe("the bucket stopped sending the file");
    await close();
  });

  test("that answers nothing useful is unavailable to every call", async () => {
    const { store, close } = await openFileStore(server.url());
    server.fault = () => 403;
    await failureOf(store.get("a"));
    await failureOf(store.remove("a"));
    await failureOf(store.list()[Symbol.asyncIterator]().next());
    await close();
  });

  test("may be shared: what lies beside the prefix is nobody's business", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const mine = await openFileStore(server.url(one));
    const theirs = await openFileStore(server.url(`${other}/`));
    await theirs.store.put("a", Readable.from([randomBytes(10)], { objectMode: false }));
    await mine.store.put("b", Readable.from([randomBytes(20)], { objectMode: false }));
    server.bucket.put(`${one}/not.a.key`, { paths: [], size: 0, sha256: "" });
    const keys: Array<string> = [];
    for await (const { key } of mine.store.list()) keys.push(key);
    expect(keys).toEqual(["b"]);
    expect(server.bucket.objects.has(`${other}/a`)).toBe(true);
    await Promise.all([mine.close(), theirs.close()]);
  });
});

test("memory stays bounded while a large file is put and read", async () => {
  const { grownKiB, byteSize } = await measurePut(server.url(randomUUID()), 160);
  expect(byteSize).toBe(160 * 1_024 * 1_024);
  // at rest four parts and the client's own code, at worst as much again that is not collected yet; twice as large a
  // file needs no more
  expect(grownKiB).toBeLessThan(112 * 1_024);
});
