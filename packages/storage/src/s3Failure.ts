import { StorageUnavailable } from "./StorageUnavailable.ts";

const named = (
  error: unknown,
): { readonly name: string; readonly message: string; readonly code?: unknown } =>
  error instanceof Error ? error : new Error(String(error));

/** The word for what went wrong: S3's own, as `AccessDenied`, or the network's, as `ECONNREFUSED`. */
export const s3Reason = (error: unknown): string => {
  const { name, code } = named(error);
  if (name === "CredentialsProviderError") return "no credentials found (AWS_ACCESS_KEY_ID and others)";
  if (name === "TimeoutError") return "no answer in time";
  return typeof code === "string" ? code : name;
};

/** The client's errors hold what was signed and by which key: of that, only words and numbers go on. */
const bare = (error: unknown): Error => {
  const { name, message } = named(error);
  return Object.assign(new Error(message), { name });
};

/** Any failure of the bucket, of the network or of the credentials. */
export const s3Failure = (message: string, error: unknown): StorageUnavailable =>
  error instanceof StorageUnavailable ? error : new StorageUnavailable(message, { cause: bare(error) });

/** Whether S3 answered with one of these codes. */
export const isS3Answer = (error: unknown, ...names: ReadonlyArray<string>): boolean =>
  error instanceof Error && names.includes(error.name);
