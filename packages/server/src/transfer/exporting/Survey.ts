import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { isId } from "@clickclack/protocol/Ids";
import { eachIdentifier } from "../mapping/textFields.ts";
import { TransferRefused } from "../TransferRefused.ts";

interface ExistingUpload {
  readonly byteSize: number;
  readonly sha256: string;
}

/**
 * What has to be known of a whole log before its first line is written: who occurs in it, what was deleted in the end, and
 * which uploads exist. It holds ids of people, uploads and deleted messages, not of messages.
 */
export class Survey {
  readonly users = new Set<string>();
  readonly deletedMessages = new Set<string>();
  readonly removedUploads = new Set<string>();
  readonly uploads = new Map<string, ExistingUpload>();
  name = "";
  slug = "";
  commits = 0;
  events = 0;

  /** Takes note of the next event. Throws TransferRefused at the end of a workspace that was deleted. */
  add(event: WorkspaceEvent): void {
    this.events++;
    eachIdentifier([event.actor, event.payload], (id) => {
      if (isId("usr", id)) this.users.add(id);
    });
    switch (event.type) {
      case "workspace.created":
      case "workspace.updated":
        this.name = event.payload.name ?? this.name;
        this.slug = event.payload.slug ?? this.slug;
        return;
      case "upload.created": {
        const { upload_id, byte_size: byteSize, sha256 } = event.payload;
        return void this.uploads.set(upload_id, { byteSize, sha256 });
      }
      case "upload.deleted":
        return this.#remove(event.payload.upload_id);
      case "message.deleted":
        this.deletedMessages.add(event.payload.message_id);
        for (const { upload_id } of event.payload.removed_uploads ?? []) this.#remove(upload_id);
        return;
      case "workspace.deleted":
        throw new TransferRefused("this workspace was deleted; nothing of it is given out any more");
    }
  }

  #remove(uploadId: string): void {
    this.uploads.delete(uploadId);
    this.removedUploads.add(uploadId);
  }
}
