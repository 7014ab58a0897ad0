import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { randomUUID } from "node:crypto";
import type { StorageUrl } from "./parseStorageUrl.ts";
import { S3FileStore } from "./S3FileStore.ts";
import { s3Failure, s3Reason } from "./s3Failure.ts";

/** A request and its repetitions: what fails three times within seconds fails for longer, and its caller should know. */
const MAX_ATTEMPTS = 3;

/** milliseconds until a connection stands: a network that needs more is down */
const CONNECT_MS = 5_000;

/** milliseconds until an answer begins: enough for a part of 5 MiB over a line of 1 Mbit/s */
const ANSWER_MS = 60_000;

/** milliseconds without a byte in either direction: also the longest pause that somebody who downloads may make */
const IDLE_MS = 60_000;

/** Connections: each download holds one, and uploads must not wait for them. */
const MAX_CONNECTIONS = 256;

type S3Url = Extract<StorageUrl, { kind: "s3" }>;

const regionOf = ({ region, endpoint }: S3Url): string | undefined => {
  if (region !== undefined || endpoint === undefined) return region;
  // servers of one's own have no regions, but a signature names one
  return process.env["AWS_REGION"] ?? "us-east-1";
};

const configOf = (url: S3Url): S3ClientConfig => {
  const region = regionOf(url);
  return {
    ...(region === undefined ? {} : { region }),
    ...(url.endpoint === undefined ? {} : { endpoint: url.endpoint }),
    forcePathStyle: url.pathStyle,
    maxAttempts: MAX_ATTEMPTS,
    // beside the signed SHA-256 of every part, which all servers know, newer checksums are refused by some
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      socketTimeout: IDLE_MS,
      httpAgent: { maxSockets: MAX_CONNECTIONS },
      httpsAgent: { maxSockets: MAX_CONNECTIONS },
    },
  };
};

/** Lists, writes and removes: what the server does all day. The object's name has a dot, so no listing shows it. */
const prove = async (client: S3Client, { bucket, prefix, endpoint }: S3Url): Promise<void> => {
  const probe = { Bucket: bucket, Key: `${prefix}.probe-${randomUUID()}` };
  const steps = [
    ["list", () => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }))],
    ["write", () => client.send(new PutObjectCommand({ ...probe, Body: new Uint8Array() }))],
    ["remove", () => client.send(new DeleteObjectCommand(probe))],
  ] as const;
  for (const [step, run] of steps) {
    await run().catch((error: unknown) => {
      const where = `the bucket ${bucket} at ${endpoint ?? "AWS"}`;
      throw s3Failure(`${where} cannot be used: to ${step} files failed: ${s3Reason(error)}`, error);
    });
  }
};

/** @throws StorageUnavailable that names bucket, endpoint and what failed */
export const openS3FileStore = async (url: S3Url) => {
  const client = new S3Client(configOf(url));
  try {
    await prove(client, url);
  } catch (error) {
    client.destroy();
    throw error;
  }
  return { store: new S3FileStore(client, url), close: async () => client.destroy() };
};
