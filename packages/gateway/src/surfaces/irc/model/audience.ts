/** Whom something is for. */
export type Audience =
  /** Who is in a channel. */
  | { readonly _tag: "Channel"; readonly id: string }
  | { readonly _tag: "Users"; readonly ids: ReadonlySet<string> }
  /** Who is in a channel with somebody, and that somebody unless told otherwise. */
  | {
      readonly _tag: "Shared";
      readonly userId: string;
      readonly ids: ReadonlyArray<string>;
      readonly self: boolean;
    };

/** A reader of the log: whose it is, and the channels that it is in where it stands. */
export interface Reader {
  readonly userId: string;
  readonly joined: Set<string>;
}

export const isFor = (audience: Audience, { userId, joined }: Reader): boolean => {
  switch (audience._tag) {
    case "Channel":
      return joined.has(audience.id);
    case "Users":
      return audience.ids.has(userId);
    case "Shared":
      if (audience.userId === userId) return audience.self;
      return audience.ids.some((id) => joined.has(id));
  }
};
