import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

/** Where files are to lie, as an operator writes it. A prefix is empty or ends in a slash. */
export type StorageUrl =
  | { readonly kind: "disk"; readonly folder: string }
  | {
      readonly kind: "s3";
      readonly bucket: string;
      readonly prefix: string;
      readonly endpoint?: string;
      readonly region?: string;
      readonly pathStyle: boolean;
    };

const ACCEPTED =
  "file:///absolute/folder or s3://bucket[/prefix][?endpoint=https://host&region=name&path_style=true]";

/** The URL may hold a secret that somebody put there by mistake, so no message shows it. */
const refuse = (what: string): never => {
  throw new Error(`the storage URL ${what}; accepted is ${ACCEPTED}`);
};

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^(\/[A-Za-z0-9_-]+)*\/?$/;
const REGION = /^[a-z0-9-]{1,64}$/;
const PARAMETERS: ReadonlySet<string> = new Set(["endpoint", "region", "path_style"]);

/** S3 allows keys of 1,024 bytes, most of which are the files' own. */
const MAX_PREFIX = 100;

const parseUrl = (text: string): URL => URL.parse(text) ?? refuse("is none");

const parseFolder = (url: URL): StorageUrl => {
  if (url.host !== "" || url.search !== "" || url.hash !== "") refuse("names more than a folder");
  let folder = "";
  try {
    folder = fileURLToPath(url);
  } catch {
    refuse("names no folder");
  }
  if (!isAbsolute(folder) || folder === "/" || folder.includes("\0")) refuse("names no folder of its own");
  return { kind: "disk", folder };
};

const parseEndpoint = (text: string): string => {
  const url = URL.parse(text) ?? refuse("has an endpoint that is no URL");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    refuse("has an endpoint that is not http or https");
  if (url.username || url.password || url.search || url.hash)
    refuse("has an endpoint with more than a host and path");
  return url.href.replace(/\/$/, "");
};

const parsePrefix = (path: string): string => {
  if (!PREFIX.test(path) || path.length > MAX_PREFIX) {
    refuse("has a prefix that is not made of letters, digits, _, - and single slashes, or is too long");
  }
  const prefix = path.replace(/^\//, "").replace(/\/$/, "");
  return prefix === "" ? "" : `${prefix}/`;
};

const parseParameters = (parameters: URLSearchParams) => {
  for (const name of parameters.keys()) {
    if (!PARAMETERS.has(name)) refuse("has a parameter that is not known");
    if (parameters.getAll(name).length > 1) refuse(`has ${name} twice`);
  }
  const [endpoint, region] = [parameters.get("endpoint"), parameters.get("region")];
  const pathStyle = parameters.get("path_style") ?? "false";
  if (pathStyle !== "true" && pathStyle !== "false")
    refuse("has a path_style that is neither true nor false");
  if (region !== null && !REGION.test(region)) refuse("has a region that is none");
  return {
    ...(endpoint === null ? {} : { endpoint: parseEndpoint(endpoint) }),
    ...(region === null ? {} : { region }),
    pathStyle: pathStyle === "true",
  };
};

const parseBucket = (url: URL): StorageUrl => {
  if (url.username || url.password) refuse("holds credentials, which belong in AWS_ACCESS_KEY_ID and others");
  if (url.port || url.hash) refuse("names more than a bucket");
  if (!BUCKET.test(url.hostname)) refuse("names no bucket");
  const prefix = parsePrefix(url.pathname);
  return { kind: "s3", bucket: url.hostname, prefix, ...parseParameters(url.searchParams) };
};

/** @throws Error that says what is accepted */
export const parseStorageUrl = (text: string): StorageUrl => {
  const url = parseUrl(text);
  if (url.protocol === "file:") return parseFolder(url);
  if (url.protocol === "s3:") return parseBucket(url);
  return refuse("begins with neither file: nor s3:");
};
