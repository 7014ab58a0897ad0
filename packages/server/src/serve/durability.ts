import { SettingsError, type Settings } from "./Settings.ts";

/** What is known of when the NATS server acknowledges. */
export interface Durability {
  /** True when every acknowledged event is on disk; undefined when the server does not tell. */
  readonly syncAlways: boolean | undefined;
  readonly replicas: number;
}

/** Replicas of which one may be lost with its disk. */
const SAFE_REPLICAS = 3;
const ASK_TIMEOUT_MS = 3_000;

/** Finds out how the NATS server syncs: the embedded one is ours; another tells it at its monitoring address. */
export const readDurability = async (
  settings: Pick<Settings, "replicas" | "nats" | "natsMonitor">,
): Promise<Durability> => {
  const { replicas, nats, natsMonitor } = settings;
  if (nats === undefined) return { syncAlways: true, replicas };
  if (natsMonitor === undefined) return { syncAlways: undefined, replicas };
  try {
    const url = new URL("/jsz?config=true", natsMonitor);
    const answer = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    const { config } = (await answer.json()) as { readonly config?: { readonly sync_always?: boolean } };
    return { syncAlways: config?.sync_always ?? false, replicas };
  } catch {
    return { syncAlways: undefined, replicas };
  }
};

/** One line about what an acknowledgement is worth here. */
export const describeDurability = ({ syncAlways, replicas }: Durability): string => {
  const copies = replicas === 1 ? "1 replica" : `${replicas} replicas`;
  if (syncAlways === true) return `acknowledged after fsync, ${copies}`;
  if (syncAlways === false) return `acknowledged before fsync (a power cut may lose 2 minutes), ${copies}`;
  return `unknown (give --nats-monitor to check the server's sync_interval), ${copies}`;
};

/** In strict mode, refuses a server that could lose what it acknowledged. Throws SettingsError. */
export const requireDurability = ({ durability }: Settings, { syncAlways, replicas }: Durability): void => {
  if (durability === "relaxed") return;
  if (syncAlways !== true) {
    throw new SettingsError(
      "strict durability needs a NATS server with `sync_interval: always`" +
        (syncAlways === undefined ? "; give --nats-monitor so that it can be checked" : "") +
        ", or --durability relaxed",
    );
  }
  if (replicas < SAFE_REPLICAS) {
    throw new SettingsError(
      `strict durability needs --replicas ${SAFE_REPLICAS} or more, or --durability relaxed`,
    );
  }
};
