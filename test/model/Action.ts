import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";

/** What somebody writes: plain words, and whom it calls. */
export interface Text {
  readonly words: string;
  readonly calls: ReadonlyArray<string>;
  readonly audience?: "channel" | "here" | "everyone";
}

/** What a person asks of the server over HTTP, of things by their ids. */
export type Request =
  | { readonly type: "createChannel"; readonly name: string; readonly kind: "public" | "private" }
  | { readonly type: "renameChannel"; readonly place: string; readonly name: string }
  | { readonly type: "archiveChannel"; readonly place: string; readonly archived: boolean }
  | { readonly type: "join" | "leave"; readonly place: string }
  | { readonly type: "addToChannel" | "kickFromChannel"; readonly place: string; readonly whom: string }
  | { readonly type: "openDirect"; readonly others: ReadonlyArray<string> }
  | { readonly type: "hideDirect" | "showDirect"; readonly place: string }
  | { readonly type: "post"; readonly place: string; readonly text: Text; readonly nonce?: string }
  | { readonly type: "reply" | "edit"; readonly message: string; readonly text: Text }
  | { readonly type: "delete"; readonly message: string }
  | { readonly type: "react" | "unreact"; readonly message: string; readonly emoji: string }
  | { readonly type: "pin" | "unpin"; readonly place: string; readonly message: string }
  | { readonly type: "read" | "unread"; readonly place: string; readonly seq: number }
  | { readonly type: "saveDraft"; readonly place: string; readonly body: string }
  | { readonly type: "dropDraft"; readonly place: string };

/** What the operator does to the members of the workspace. */
export type Operation =
  | { readonly type: "addMember"; readonly whom: string; readonly role: Role }
  | { readonly type: "removeMember"; readonly whom: string }
  | { readonly type: "block" | "unblock"; readonly whom: string };

export type Action =
  | { readonly by: string; readonly request: Request }
  | { readonly by: "operator"; readonly operation: Operation };

export const isOperation = (action: Action): action is Extract<Action, { readonly operation: Operation }> =>
  "operation" in action;

/** Requests that are about nobody but their sender, and leave no trace in the workspace's log. */
export const PERSONAL: ReadonlySet<Request["type"]> = new Set([
  "hideDirect",
  "showDirect",
  "read",
  "unread",
  "saveDraft",
  "dropDraft",
]);
