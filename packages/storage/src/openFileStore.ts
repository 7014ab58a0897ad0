import { DiskFileStore } from "./DiskFileStore.ts";
import type { FileStore } from "./FileStore.ts";
import { parseStorageUrl } from "./parseStorageUrl.ts";

/** A file store and how to let go of it. */
export interface OpenFileStore {
  readonly store: FileStore;
  close(): Promise<void>;
}

/**
 * Opens `file:///absolute/folder` or `s3://bucket[/prefix][?endpoint=…&region=…&path_style=true]` and proves that it can
 * be used. Credentials come from where the AWS SDK looks for them: AWS_ACCESS_KEY_ID and others.
 *
 * @throws Error when the URL is neither; StorageUnavailable when the folder or bucket cannot be used
 */
export const openFileStore = async (url: string): Promise<OpenFileStore> => {
  const place = parseStorageUrl(url);
  if (place.kind === "disk") {
    return { store: await DiskFileStore.open(place.folder), close: async () => {} };
  }
  // loaded only where it is needed: it costs 30 MB and a third of a second
  const { openS3FileStore } = await import("./openS3FileStore.ts");
  return openS3FileStore(place);
};
