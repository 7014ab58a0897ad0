import { TypedText } from "@clickclack/protocol/http/endpoint";
import * as Schema from "effect/Schema";
import { Flag } from "effect/cli";

const Email = Schema.Trim.check(
  Schema.isMaxLength(254),
  Schema.isPattern(/^[^\s@]+@[^\s@]+$/, { message: "an email address such as ann@example.com" }),
);

const MAX_NAME = 80;

/** Who an account is for. */
export const accountFlags = {
  name: Flag.String("name").pipe(
    Flag.withSchema(TypedText(MAX_NAME)),
    Flag.withDescription("The person's name"),
  ),
  email: Flag.String("email").pipe(
    Flag.withSchema(Email),
    Flag.withDescription("Email that the account is found by"),
  ),
};
