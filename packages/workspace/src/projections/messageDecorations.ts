import type { Db } from "@clickclack/database/Database";
import type { ReactionSummary, User } from "@clickclack/protocol/http/shapes";
import { type UploadRow, uploadsByMessage } from "./Uploads.ts";
import { type Expression, type RawBuilder, sql } from "kysely";

/** What other tables know of messages: who wrote and who is quoted, and the reactions, first used first. */
export interface Decorations {
  readonly users: ReadonlyMap<string, User>;
  readonly reactions: ReadonlyMap<string, ReadonlyArray<ReactionSummary>>;
  readonly attachments: ReadonlyMap<string, ReadonlyArray<UploadRow>>;
}

/** Whose decorations are wanted. */
export interface Decorated {
  readonly id: string;
  readonly author_id: string;
  readonly quoted_author_id: string | null;
}

/** Decorations as JSON, of the messages in the common table expression `page`, as this user sees them. */
const decorationsOfPage = (userId: string): RawBuilder<unknown> => sql`
  (select json_agg(u) from identity.users u
    where u.id in (select author_id from page union select quoted_author_id from page)) as users,
  (select json_agg(s) from (
    select r.message_id, r.emoji, count(*)::int as count, bool_or(r.user_id = ${userId}) as reacted_by_me
    from chat.reactions r where r.message_id in (select id from page)
    group by r.message_id, r.emoji order by min(r.created_at), r.emoji
  ) s) as reactions,
  (select json_agg(a order by a.attached_version, a.id) from chat.uploads a
    where a.message_id in (select id from page)) as attachments`;

interface Answer {
  readonly users: ReadonlyArray<UserRow> | null;
  readonly reactions: ReadonlyArray<ReactionSummary & { readonly message_id: string }> | null;
  readonly attachments: ReadonlyArray<UploadRow> | null;
}

export interface UserRow extends Omit<User, "created_at" | "deleted_at" | "owner_user_id"> {
  readonly created_at: Date | string;
  readonly owner_user_id: string | null;
  readonly deleted_at: Date | string | null;
}

export const userOf = (row: UserRow): User => ({
  id: row.id,
  kind: row.kind,
  display_name: row.display_name,
  handle: row.handle,
  avatar_url: row.avatar_url,
  created_at: new Date(row.created_at).toISOString(),
  ...(row.owner_user_id !== null && { owner_user_id: row.owner_user_id }),
  ...(row.deleted_at !== null && { deleted_at: new Date(row.deleted_at).toISOString() }),
});

const decorationsIn = ({ users, reactions, attachments }: Answer): Decorations => {
  const byMessage = new Map<string, Array<ReactionSummary>>();
  for (const { message_id, ...summary } of reactions ?? []) {
    const list = byMessage.get(message_id);
    if (list) list.push(summary);
    else byMessage.set(message_id, [summary]);
  }
  return {
    users: new Map((users ?? []).map((row) => [row.id, userOf(row)])),
    reactions: byMessage,
    attachments: uploadsByMessage(attachments ?? []),
  };
};

/** The decorations of these rows, in one statement. */
export const decorationsOf = async (
  db: Db,
  rows: ReadonlyArray<Decorated>,
  userId: string,
): Promise<Decorations> => {
  if (rows.length === 0) return { users: new Map(), reactions: new Map(), attachments: new Map() };
  const column = (name: keyof Decorated) => sql`${rows.map((row) => row[name])}::text[]`;
  const columns = sql.join([column("id"), column("author_id"), column("quoted_author_id")]);
  const { rows: answers } = await sql<Answer>`
    with page(id, author_id, quoted_author_id) as materialized (select * from unnest(${columns}))
    select ${decorationsOfPage(userId)}`.execute(db);
  return decorationsIn(answers[0]!);
};

/** Rows of a query as JSON, with their decorations, in one statement: each more costs a page a third of its time. */
export const rowsAndDecorations = async <Row extends Decorated>(
  db: Db,
  query: Expression<unknown>,
  userId: string,
): Promise<{ readonly rows: ReadonlyArray<Row>; readonly decorations: Decorations }> => {
  const { rows: answers } = await sql<Answer & { readonly page: ReadonlyArray<Row> | null }>`
    with page as materialized (${query})
    select (select json_agg(page) from page) as page, ${decorationsOfPage(userId)}`.execute(db);
  const answer = answers[0]!;
  return { rows: answer.page ?? [], decorations: decorationsIn(answer) };
};
