import { importAccount, type ImportedAccount } from "@clickclack/identity/importAccount";
import { join } from "node:path";
import type { Deployment } from "../../Deployment.ts";
import { Operator } from "../../operator/Operator.ts";
import type { AccountLine } from "../format/ExportFormat.ts";
import { readLines } from "../format/readLines.ts";
import type { Progress } from "../Progress.ts";
import { accountIn } from "./checkLines.ts";

/** Accounts that are worked on at once. */
const LANES = 16;

export interface ImportedAccounts {
  /** Exported accounts that are other accounts here. */
  readonly users: ReadonlyMap<string, string>;
  readonly created: number;
  readonly kept: number;
  /** Sequence of the newest account that was made; 0 if none was. */
  readonly seq: number;
}

interface AccountsImport {
  readonly deployment: Deployment;
  readonly dir: string;
  /** The workspace as it is called here. */
  readonly workspaceId: string;
  readonly total: number;
  readonly progress: Progress;
}

/** Makes the accounts of an export that are not here yet, by id or by email: people first, as bots name their owners. */
export const importAccounts = async (options: AccountsImport): Promise<ImportedAccounts> => {
  const { dir, progress, total } = options;
  const exported = new Set<string>();
  for await (const line of readLines(join(dir, "accounts.jsonl"))) exported.add(accountIn(line).id);
  const users = new Map<string, string>();
  let [created, kept, seq] = [0, 0, 0];
  const take = async (account: AccountLine) => {
    const taken = await importOne(options, exported, users, account);
    if (taken._tag === "Same") users.set(account.id, taken.accountId);
    if (taken._tag === "Created") [created, seq] = [created + 1, Math.max(seq, taken.seq)];
    if (taken._tag === "Kept") kept++;
    progress.at("accounts", created + kept + users.size, total);
  };
  for (const kind of ["human", "bot"]) {
    let batch: Array<AccountLine> = [];
    for await (const line of readLines(join(dir, "accounts.jsonl"))) {
      const account = accountIn(line);
      if (account.kind === kind) batch.push(account);
      if (batch.length < LANES) continue;
      await Promise.all(batch.map(take));
      batch = [];
    }
    await Promise.all(batch.map(take));
  }
  return { users, created, kept, seq };
};

const importOne = async (
  { deployment, workspaceId }: AccountsImport,
  exported: ReadonlySet<string>,
  users: ReadonlyMap<string, string>,
  account: AccountLine,
): Promise<ImportedAccount> => {
  const { reservations, directory, identityStore: store } = deployment;
  const load = (id: string) => directory.findCurrent(id);
  // Who was found to be somebody stays that, whatever becomes of emails between two attempts.
  const key = `${workspaceId} ${account.id}`;
  const earlier = await reservations.find("import", key);
  if (earlier) return { _tag: "Same", accountId: earlier.holder };
  const mayStandFor = (holder: string) => !exported.has(holder);
  const owner = account.owner_user_id;
  const taken = await importAccount(
    { store, reservations, load, mayStandFor },
    {
      id: account.id,
      kind: account.kind,
      displayName: account.display_name,
      handle: account.handle,
      ...(account.email !== undefined && { email: account.email }),
      avatarUrl: account.avatar_url,
      ...(owner !== undefined && { ownerUserId: users.get(owner) ?? owner }),
      createdAt: account.created_at,
      ...(account.deleted_at !== undefined && { deletedAt: account.deleted_at }),
      ...(account.deleted === true && { deleted: true }),
    },
    Operator.ACTOR,
  );
  if (taken._tag !== "Same") return taken;
  const claim = await reservations.claim("import", key, taken.accountId);
  return claim._tag === "Claimed" ? taken : { _tag: "Same", accountId: claim.reservation.holder };
};
