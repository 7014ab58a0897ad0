import { StorageUnavailable } from "./StorageUnavailable.ts";

/** What went wrong, in words that need no manual; any other code of the system is named as it is. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EFBIG: "the file is larger than the system allows",
  EIO: "the disk does not work",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENOTDIR: "there is a file where a folder should be",
  EISDIR: "there is a folder where a file should be",
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { readonly code: string } =>
  error instanceof Error && "errno" in error && typeof (error as NodeJS.ErrnoException).code === "string";

/** Whether the system answered with one of these codes. */
export const hasCode = (error: unknown, ...codes: ReadonlyArray<string>): boolean =>
  isSystemError(error) && codes.includes(error.code);

/** A failure of the file system as what it means to a caller; anything else, a bug of ours, as it is. */
export const diskFailure = (error: unknown): unknown =>
  isSystemError(error)
    ? new StorageUnavailable(`the storage folder cannot be used: ${reasons[error.code] ?? error.code}`, {
        cause: error,
      })
    : error;

/** @throws StorageUnavailable when the file system fails */
export const onDisk = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw diskFailure(error);
  }
};
