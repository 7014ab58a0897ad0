import type { GatewayServices } from "../GatewayServices.ts";
import { storageKey } from "./receiveUpload.ts";

/** Removes the bytes of an upload that is no more. What cannot be removed now is swept up later. */
export const removeFile = (
  { files, log }: GatewayServices,
  workspaceId: string,
  uploadId: string,
): Promise<void> =>
  files.remove(storageKey(workspaceId, uploadId)).catch((error: unknown) => {
    log.error({ err: error, upload_id: uploadId }, "a file that nobody needs could not be removed");
  });
