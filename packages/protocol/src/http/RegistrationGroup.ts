import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { OpenedSession } from "./AuthGroup.ts";
import { MAX_NAME_LENGTH, Password } from "./credentialFields.ts";
import { conflictFailure, created, notFoundFailure, signInFailures, TypedText } from "./endpoint.ts";
import { Workspace } from "./shapes.ts";

/** Getting an account of one's own: by the code of an invite. */
export const RegistrationGroup = HttpApiGroup.make("registration").add(
  HttpApiEndpoint.post("register", "/api/auth/register", {
    payload: Schema.Struct({
      invite_code: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(64)),
      display_name: TypedText(80),
      /** Made of the name without it. */
      handle: Schema.optionalKey(TypedText(MAX_NAME_LENGTH)),
      password: Password,
    }),
    success: created(
      Schema.Struct({
        ...OpenedSession.fields,
        workspace: Workspace,
        channel_id: Schema.optionalKey(Schema.String),
      }),
    ),
    error: [...signInFailures, notFoundFailure, conflictFailure],
  }),
);
