import { Flag } from "effect/cli";

/** An existing workspace and an existing user, by the names that people know. */
export const memberFlags = {
  workspace: Flag.String("workspace").pipe(Flag.withDescription("Id or slug of the workspace")),
  user: Flag.String("user").pipe(Flag.withDescription("Id, email or handle of the user")),
};
