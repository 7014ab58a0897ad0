import type { Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { DevelopmentMode } from "@clickclack/gateway/authentication/Authenticator";
import { newId } from "@clickclack/protocol/Ids";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { SYSTEM } from "@clickclack/workspace/rules";
import type { Logger } from "pino";
import type { Deployment } from "../Deployment.ts";
import { isLoopbackHost, type Settings } from "./Settings.ts";

/** Keys of the deployment's meta: who owns it, and what development mode made. */
export const OWNER = "owner";
const DEVELOPMENT = "development";

const CAPTAIN = { kind: "human", displayName: "Local Captain", email: "local@clickclack.chat" } as const;
const WORKSPACE = { name: "ClickClack", slug: "clickclack" };
const CHANNEL = "general";

/** Development mode as it stands: on while nobody owns the deployment, off for good from then on. */
export interface Development {
  readonly current: () => DevelopmentMode | undefined;
  readonly stop: () => void;
}

/** Why development mode is off for this process whatever the deployment says; undefined when it may be on. */
const refusal = (settings: Settings): string | undefined => {
  if (!settings.dev) return "--no-dev was given";
  return isLoopbackHost(settings.host) ? undefined : `${settings.host} is not a loopback address`;
};

/** Follows whether development mode is on; a process that carries out commands also makes its user and workspace. */
export const followDevelopmentMode = async (
  settings: Settings,
  deployment: Deployment,
  log: Logger,
): Promise<Development> => {
  const refused = refusal(settings);
  if (refused !== undefined) {
    log.info({ reason: refused }, "development mode is off");
    return { current: () => undefined, stop: () => undefined };
  }
  const { meta } = deployment;
  let owner = await meta.get<unknown>(OWNER);
  if (owner === undefined && settings.roles.has("commands")) await makeFirstWorkspace(deployment);
  let development = await meta.get<DevelopmentMode>(DEVELOPMENT);
  const watches: ReadonlyArray<Subscription> = [
    await meta.watch<unknown>(OWNER, (value) => {
      if (owner === undefined && value !== undefined)
        log.info("development mode is off: the deployment has an owner now");
      owner = value;
    }),
    await meta.watch<DevelopmentMode>(DEVELOPMENT, (value) => {
      development = value;
    }),
  ];
  if (owner !== undefined) log.info({ reason: "the deployment has an owner" }, "development mode is off");
  return {
    current: () => (owner === undefined ? development : undefined),
    stop: () => {
      for (const watch of watches) watch.stop();
    },
  };
};

/** Local Captain, the workspace ClickClack and its channel; made once, however often this is begun. */
const makeFirstWorkspace = async ({ accounts, reservations, chatBus, meta }: Deployment): Promise<void> => {
  const actor = { user_id: SYSTEM };
  const firstUser = await accounts.findOrCreate(CAPTAIN, actor);
  const workspace = await claimed(reservations, "development-workspace", newId("wsp"));
  await reservations.claim("slug", WORKSPACE.slug, workspace);
  const send = async (command: WorkspaceCommand) => {
    const id = newId("cmd");
    const at = new Date().toISOString();
    const reply = await chatBus.send({
      id,
      aggregate: workspace,
      at,
      actor: { user_id: firstUser },
      correlation_id: id,
      command,
    });
    const done =
      reply._tag === "Accepted" || (reply._tag === "Rejected" && reply.rejection.code === "name_taken");
    if (!done) throw new Error(`the first workspace cannot be made: ${JSON.stringify(reply)}`);
  };
  await send({ type: "CreateWorkspace", ...WORKSPACE });
  await send({ type: "CreateChannel", channelId: newId("chn"), name: CHANNEL, kind: "public", details: {} });
  await meta.getOrPut(DEVELOPMENT, { firstUser } satisfies DevelopmentMode);
};

const claimed = async (
  reservations: Deployment["reservations"],
  key: string,
  id: string,
): Promise<string> => {
  const claim = await reservations.claim("request", key, id);
  return claim._tag === "Claimed" ? id : claim.reservation.holder;
};
