/** A message as somebody sees it. */
export interface MessageView {
  readonly id: string;
  readonly author: string;
  readonly root: string;
  readonly seq: number;
  readonly body: string;
  readonly at: string;
  readonly edited: string | undefined;
  readonly deleted: string | undefined;
  readonly reactions: ReadonlyArray<{
    readonly emoji: string;
    readonly count: number;
    readonly reacted_by_me: boolean;
  }>;
  /** Of a root: how many replies stand, when the last was written, and by whom. */
  readonly thread:
    | {
        readonly replies: number;
        readonly lastAt: string | undefined;
        readonly lastBy: ReadonlyArray<string>;
      }
    | undefined;
}

/** How somebody stands to a place: what lists say of it. */
export interface PlaceView {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly archived: boolean;
  readonly lastSeq: number;
  readonly readSeq: number;
  readonly unread: number;
  readonly mentions?: number;
  readonly members?: ReadonlyArray<string>;
  readonly canSend?: boolean;
}

/** What stands in a place, or the status of who asks for it in vain. */
export type Content =
  | number
  | {
      readonly members: ReadonlyArray<string>;
      readonly timeline: ReadonlyArray<MessageView>;
      /** By root, of the threads that have replies. */
      readonly threads: Readonly<Record<string, ReadonlyArray<MessageView>>>;
      /** By message, of those that were edited: every text of it. */
      readonly histories: Readonly<Record<string, ReadonlyArray<string>>>;
      readonly pins: ReadonlyArray<string>;
      readonly draft: string | undefined;
    };

/** Everything that one person sees of a workspace, or its status when it sees nothing. */
export type View =
  | { readonly status: number; readonly contents: Readonly<Record<string, Content>> }
  | {
      readonly status: 200;
      readonly role: string;
      readonly members: ReadonlyArray<string>;
      readonly channels: ReadonlyArray<PlaceView>;
      readonly directs: ReadonlyArray<PlaceView>;
      readonly mentions: ReadonlyArray<string>;
      readonly contents: Readonly<Record<string, Content>>;
    };
