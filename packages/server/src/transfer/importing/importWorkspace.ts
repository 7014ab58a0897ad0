import type { Db } from "@clickclack/database/Database";
import type { Position } from "@clickclack/eventsourcing/EventStore";
import type { FileStore } from "@clickclack/storage/FileStore";
import { claimSlug } from "@clickclack/workspace/settings/claimSlug";
import { workspaceStands } from "@clickclack/workspace/settings/workspaceStands";
import { randomUUID } from "node:crypto";
import type { Deployment } from "../../Deployment.ts";
import type { Manifest } from "../format/ExportFormat.ts";
import { IdMap, type IdMapOptions } from "../mapping/IdMap.ts";
import type { Progress } from "../Progress.ts";
import type { ExportedCommit } from "./CommitCheck.ts";
import { ForeignIds } from "./ForeignIds.ts";
import { importAccounts, type ImportedAccounts } from "./importAccounts.ts";
import { importCommits } from "./importCommits.ts";
import { type ImportedFiles, importFiles } from "./importFiles.ts";
import { importPersonal } from "./importPersonal.ts";
import { TransferRefused } from "../TransferRefused.ts";
import { TargetLog } from "./TargetLog.ts";
import { verifyExport } from "./verifyExport.ts";
import { waitUntilVisible } from "./waitUntilVisible.ts";

/** Key of the deployment's meta: what new ids are made of besides the old ones, so that every deployment has its own. */
const SALT = "import-salt";

export interface ImportOptions {
  readonly deployment: Deployment;
  readonly db: Db;
  readonly store: FileStore;
  readonly dir: string;
  readonly newIds: boolean;
  /** The slug that it must have; otherwise the exported one, with a number where that is taken. */
  readonly slug?: string;
  readonly progress: Progress;
  /** What to do where the workspace is here with another history; unless told otherwise, to import it with new ids. */
  readonly otherHistory?: string;
}

export interface Imported {
  readonly manifest: Manifest;
  readonly workspaceId: string;
  readonly slug: string;
  /** `already_imported`: every commit was there before. */
  readonly outcome: "imported" | "resumed" | "already_imported";
  readonly accounts: { readonly created: number; readonly kept: number; readonly mapped: number };
  readonly commits: { readonly written: number; readonly present: number };
  readonly files: ImportedFiles;
  readonly personalStates: { readonly written: number; readonly kept: number };
  /** Whether everybody sees it; the read models may need longer than anybody waits. */
  readonly visible: boolean;
  /** Where its newest event stands here. */
  readonly position: Position;
  /** Accounts that are other accounts here, and what new ids are made of: how the export's ids stand here. */
  readonly ids: IdMapOptions;
}

/**
 * Brings an exported workspace into this deployment: its accounts, files, log and personal states, in this order, so that
 * what the log names is there. Reads all of the export before it writes anything, and goes on where an interrupted import
 * ended. Throws TransferRefused, ApiFailure when a slug is taken, or StoreUnavailable.
 */
export const importWorkspace = async (options: ImportOptions): Promise<Imported> => {
  const { deployment, dir, progress } = options;
  const { manifest, target, salt } = await examine(options);
  const { counts } = manifest;
  const { workspaceId } = target;
  const accounts = await importAccounts({ ...options, workspaceId, total: counts.accounts });
  const { users } = accounts;
  const ids = { workspaceId: manifest.workspace.id, users, ...(salt !== undefined && { salt }) };
  const map = new IdMap(ids);
  const slug = await slugFor(options, manifest, workspaceId);
  const complete = target.present === counts.commits;
  // Once the log is complete its files are, or were removed since.
  const files = complete
    ? { stored: 0, present: counts.files - counts.missing_files, missing: counts.missing_files }
    : await importFiles({ ...options, map, total: counts.files });
  const { present } = target;
  const { written, position } = await importCommits({ ...options, ...target, manifest, map, slug });
  const personalStates = await importPersonal(deployment, dir, manifest, map, progress);
  const visible = await isVisible(options, { workspaceId, position, accounts });
  return {
    manifest,
    workspaceId,
    slug,
    outcome: complete ? "already_imported" : present > 0 ? "resumed" : "imported",
    accounts: { created: accounts.created, kept: accounts.kept, mapped: users.size },
    commits: { written, present },
    files,
    personalStates,
    visible,
    position,
    ids,
  };
};

interface Target {
  readonly workspaceId: string;
  readonly present: number;
  readonly position: Position;
}

/** Looks at the export and at what is here, and writes nothing. */
const examine = async (
  options: ImportOptions,
): Promise<{ readonly manifest: Manifest; readonly target: Target; readonly salt: string | undefined }> => {
  const { deployment, db, newIds, otherHistory } = options;
  let seen: { readonly map: IdMap; readonly salt: string | undefined; readonly log: TargetLog } | undefined;
  let foreign: ForeignIds | undefined;
  const onCommit = async (commit: ExportedCommit) => {
    const workspaceId = commit.events[0]!.workspace_id;
    if (!seen) {
      const chosen = await chooseIds(deployment, workspaceId, newIds);
      seen = { ...chosen, log: await TargetLog.open(deployment, chosen.map, otherHistory) };
      if (!newIds) foreign = new ForeignIds(db, workspaceId);
    }
    await seen.log.compare(commit);
    await foreign?.add(commit);
  };
  const manifest = await verifyExport({ ...options, onCommit });
  await foreign?.finish();
  const { map, salt, log } = seen!;
  const { present, position } = log;
  return { manifest, target: { workspaceId: map.workspaceId, present, position }, salt };
};

/** Copies of one export that were made and deleted one after the other; each has ids of its own. */
const MAX_COPIES = 100;

/** The ids that an export gets here. What was deleted does not come back under its id. Throws TransferRefused. */
const chooseIds = async (
  { meta, chatStore }: Deployment,
  workspaceId: string,
  newIds: boolean,
): Promise<{ readonly map: IdMap; readonly salt: string | undefined }> => {
  const own = newIds ? await meta.getOrPut(SALT, randomUUID()) : undefined;
  for (let copy = 1; copy <= (newIds ? MAX_COPIES : 1); copy++) {
    const salt = own === undefined || copy === 1 ? own : `${own} ${copy}`;
    const map = new IdMap({ workspaceId, ...(salt !== undefined && { salt }) });
    const { version } = await chatStore.position(map.workspaceId);
    if (version === 0 || (await workspaceStands(chatStore, map.workspaceId))) return { map, salt };
  }
  throw new TransferRefused(`${workspaceId} was deleted here; import it with --new-ids`);
};

/** The slug under which it stands here, the same in every attempt. */
const slugFor = async (
  { deployment, slug }: ImportOptions,
  { workspace }: Manifest,
  workspaceId: string,
): Promise<string> => {
  const { reservations, chatStore } = deployment;
  const key = `slug of ${workspaceId}`;
  const earlier = await reservations.find("import", key);
  if (earlier) return earlier.holder;
  const exists = (holder: string) => workspaceStands(chatStore, holder);
  const wanted = { name: workspace.slug, ...(slug !== undefined && { slug }) };
  const claimed = await claimSlug({ reservations, exists }, workspaceId, wanted);
  const kept = await reservations.claim("import", key, claimed);
  return kept._tag === "Claimed" ? claimed : kept.reservation.holder;
};

const isVisible = async (
  { deployment, db, progress }: ImportOptions,
  written: {
    readonly workspaceId: string;
    readonly position: Position;
    readonly accounts: ImportedAccounts;
  },
): Promise<boolean> => {
  const { workspaceId, position, accounts } = written;
  const personal = await deployment.personal.newest([workspaceId]);
  const partition = deployment.chat.partition(workspaceId);
  return waitUntilVisible(
    db,
    [
      { projection: "identity", partition: 0, seq: accounts.seq },
      { projection: "chat", partition, seq: position.seq },
      { projection: "personal", partition: 0, seq: personal },
    ],
    progress,
  );
};
