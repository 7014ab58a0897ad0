import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Milliseconds by which a request's clock may differ, as with S3. */
const MAX_SKEW_MS = 15 * 60 * 1_000;

const CREDENTIAL = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request,/;

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const canonicalQuery = (query: string): string =>
  [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join("&");

const canonicalRequest = (request: IncomingMessage, signed: ReadonlyArray<string>): string => {
  const [path = "/", query = ""] = request.url!.split("?");
  const headers = signed.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join("");
  const payload = String(request.headers["x-amz-content-sha256"]);
  return [request.method, path, canonicalQuery(query), headers, signed.join(";"), payload].join("\n");
};

const isRecent = (stamp: string): boolean => {
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return Math.abs(Date.now() - Date.parse(iso)) < MAX_SKEW_MS;
};

/** Checks a request as S3 does (signature version 4, in headers) and gives S3's code if it must be refused. */
export const verifySignature = (
  request: IncomingMessage,
  secrets: ReadonlyMap<string, string>,
): string | undefined => {
  const authorization = request.headers.authorization ?? "";
  const [, keyId = "", day = "", region = ""] = CREDENTIAL.exec(authorization) ?? [];
  const signed = (/SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? "").split(";");
  const given = Buffer.from(/Signature=([0-9a-f]{64})$/.exec(authorization)?.[1] ?? "", "hex");
  const stamp = String(request.headers["x-amz-date"]);
  if (given.length !== 32 || !signed.includes("host") || !signed.includes("x-amz-content-sha256")) {
    return "AccessDenied";
  }
  const secret = secrets.get(keyId);
  if (secret === undefined) return "InvalidAccessKeyId";
  if (!isRecent(stamp) || !stamp.startsWith(day)) return "RequestTimeTooSkewed";
  const hashed = createHash("sha256").update(canonicalRequest(request, signed)).digest("hex");
  const text = ["AWS4-HMAC-SHA256", stamp, `${day}/${region}/s3/aws4_request`, hashed].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return timingSafeEqual(hmac(key, text), given) ? undefined : "SignatureDoesNotMatch";
};
