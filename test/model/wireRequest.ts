import type { Request } from "./Action.ts";
import type { Model } from "./Model.ts";

/** A request as it goes over the wire. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

const send = (method: string, path: string, body?: object): Sent => ({
  method,
  path: `/api${path}`,
  ...(body && { body }),
});

/** How a request of the model is made of the server. */
export const wireRequest = (model: Model, workspaceId: string, request: Request): Sent => {
  if ("message" in request) return aboutMessage(model, request);
  if (request.type === "createChannel")
    return send("POST", `/workspaces/${workspaceId}/channels`, { name: request.name, kind: request.kind });
  if (request.type === "openDirect")
    return send("POST", "/dms", { workspace_id: workspaceId, member_ids: request.others });
  const direct = model.places.get(request.place)?.kind === "direct";
  const place = `/${direct ? "dms" : "channels"}/${request.place}`;
  switch (request.type) {
    case "post": {
      const nonce = request.nonce === undefined ? {} : { nonce: request.nonce };
      return send("POST", `${place}/messages`, { body: model.bodyOf(request.text), ...nonce });
    }
    case "renameChannel":
      return send("PATCH", place, { name: request.name });
    case "archiveChannel":
      return send("PATCH", place, { archived: request.archived });
    case "join":
    case "leave":
      return send("POST", `${place}/${request.type}`);
    case "addToChannel":
      return send("POST", `${place}/members`, { user_id: request.whom });
    case "kickFromChannel":
      return send("DELETE", `${place}/members/${request.whom}`);
    case "hideDirect":
      return send("DELETE", place);
    case "showDirect":
      return send("POST", `${place}/open`);
    case "read":
    case "unread":
      return send("POST", `${place}/${request.type}`, { seq: request.seq });
    case "saveDraft":
      return send("PUT", `${place}/draft`, { body: request.body });
    case "dropDraft":
      return send("DELETE", `${place}/draft`);
  }
};

const aboutMessage = (model: Model, request: Extract<Request, { readonly message: string }>): Sent => {
  const message = `/messages/${request.message}`;
  switch (request.type) {
    case "reply":
      return send("POST", `${message}/thread/replies`, { body: model.bodyOf(request.text) });
    case "edit":
      return send("PATCH", message, { body: model.bodyOf(request.text) });
    case "delete":
      return send("DELETE", message);
    case "react":
      return send("POST", `${message}/reactions`, { emoji: request.emoji });
    case "unreact":
      return send("DELETE", `${message}/reactions/${encodeURIComponent(request.emoji)}`);
    case "pin":
      return send("POST", `/channels/${request.place}/pins`, { message_id: request.message });
    case "unpin":
      return send("DELETE", `/channels/${request.place}/pins/${request.message}`);
  }
};
