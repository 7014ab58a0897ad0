import type { Db } from "@clickclack/database/Database";
import { sql } from "kysely";

/** Where the message is that an address names. */
export interface RoutedMessage {
  readonly id: string;
  readonly channel_id: string;
  readonly root_id: string;
}

/** The message of this workspace with this id, or whose id ends so: by the index `messages_by_route`. */
export const findRoutedMessage = (
  db: Db,
  workspaceId: string,
  named: { readonly id: string } | { readonly ending: string },
): Promise<RoutedMessage | undefined> => {
  const messages = db
    .selectFrom("chat.messages")
    .select(["id", "channel_id", "root_id"])
    .where("workspace_id", "=", workspaceId);
  const one =
    "id" in named
      ? messages.where("id", "=", named.id)
      : messages.where(sql<boolean>`right(id, 16) = ${named.ending}`);
  return one.executeTakeFirst();
};
