import type { ApiFailure } from "@clickclack/protocol/http/ApiFailure";

/** What the first run's page asks for. */
export interface FirstOwner {
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly workspace: string;
  readonly password?: string;
}

/** Giving a deployment its first owner in the browser, by a code that its operator reads on the terminal. */
export interface Setup {
  /** Why there is nothing to set up; undefined while there is. */
  readonly refusal: () => Promise<ApiFailure | undefined>;
  /** Makes the owner and the workspace, once. Throws ApiFailure. */
  readonly own: (owner: FirstOwner) => Promise<{
    readonly userId: string;
    readonly workspace: { readonly id: string; readonly slug: string };
  }>;
}
