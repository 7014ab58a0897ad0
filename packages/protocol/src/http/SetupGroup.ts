import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { OpenedSession } from "./AuthGroup.ts";
import { Password } from "./credentialFields.ts";
import { conflictFailure, created, Email, notFoundFailure, openFailures, TypedText } from "./endpoint.ts";

/** The first run in the browser: from a tool on one machine to a deployment that somebody owns. */
export const SetupGroup = HttpApiGroup.make("setup").add(
  HttpApiEndpoint.post("setUp", "/api/setup", {
    payload: Schema.Struct({
      /** As the server printed it when it started. */
      code: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(64)),
      name: TypedText(80),
      email: Email,
      workspace: Schema.optionalKey(TypedText(80)),
      password: Schema.optionalKey(Password),
    }),
    success: created(
      Schema.Struct({
        ...OpenedSession.fields,
        workspace: Schema.Struct({ id: Schema.String, slug: Schema.String }),
      }),
    ),
    error: [...openFailures, notFoundFailure, conflictFailure],
  }),
);
