import type { Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { DevelopmentMode } from "@clickclack/gateway/authentication/Authenticator";
import type { Logger } from "pino";
import type { Deployment } from "../Deployment.ts";
import { createFirstWorkspace } from "../operator/createFirstWorkspace.ts";
import { Operator } from "../operator/Operator.ts";
import { isLoopbackHost, type Settings } from "./Settings.ts";

/** Keys of the deployment's meta: who owns it, and what development mode made. */
export const OWNER = "owner";
const DEVELOPMENT = "development";

const CAPTAIN = { kind: "human", displayName: "Local Captain", email: "local@clickclack.chat" } as const;
/** The first workspace, as development mode makes it. */
export const WORKSPACE = { key: "development-workspace", name: "ClickClack", channel: "general" };

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

/** Local Captain, the workspace ClickClack and its channel; made once, whatever becomes of them later. */
const makeFirstWorkspace = async (deployment: Deployment): Promise<void> => {
  const { accounts, meta } = deployment;
  if ((await meta.get<DevelopmentMode>(DEVELOPMENT)) !== undefined) return;
  const firstUser = await accounts.findOrCreate(CAPTAIN, Operator.ACTOR);
  await createFirstWorkspace(new Operator(deployment), { ...WORKSPACE, ownerId: firstUser });
  await meta.getOrPut(DEVELOPMENT, { firstUser } satisfies DevelopmentMode);
};
