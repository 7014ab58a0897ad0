import { accessSync, constants, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Instance } from "../operator/Instance.ts";
import { readRunFile } from "../serve/dataFolder.ts";
import { broken, type Finding, ok, skipped, warning } from "./Finding.ts";

const ASK_TIMEOUT_MS = 3_000;

/** The data folder, the process that runs on it, and its HTTP server. */
export const examineServer = async (instance: Instance): Promise<ReadonlyArray<Finding>> => [
  examineFolder(instance),
  examineProcess(instance),
  await examineHttp(instance),
];

const examineFolder = ({ dataDir, isGiven }: Instance): Finding => {
  const check = "data folder";
  if (!existsSync(dataDir))
    return isGiven
      ? skipped(check, `there is none at ${dataDir}`)
      : broken(check, `there is none at ${dataDir}`);
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return broken(check, `${dataDir} is not writable by this user`);
  }
  const others = statSync(dataDir).mode & 0o077;
  return others === 0
    ? ok(check, dataDir)
    : warning(check, `${dataDir} is open to other users; it holds passwords: chmod 700 ${dataDir}`);
};

const examineProcess = ({ dataDir, serverPid, isGiven }: Instance): Finding => {
  const check = "server";
  const run = readRunFile(dataDir);
  if (serverPid !== undefined && run?.pid === serverPid)
    return ok(check, `process ${serverPid} runs, says ${join(dataDir, "run.json")}`);
  if (serverPid !== undefined) return broken(check, `process ${serverPid} is starting or does not come up`);
  if (run)
    return broken(check, `process ${run.pid} of run.json is gone without having stopped; start it again`);
  if (isGiven) return skipped(check, "none runs on the data folder");
  return broken(check, `none runs on ${dataDir}; start it with  scripts/start --data ${dataDir}`);
};

const examineHttp = async (instance: Instance): Promise<Finding> => {
  const check = "http";
  const { running } = instance;
  if (!running) return skipped(check, "no server to ask");
  if (running.addr === "") return skipped(check, "this process has no gateway");
  const url = `${instance.http()}/readyz`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    return answer.ok ? ok(check, `${url} is ready`) : broken(check, `${url} answers ${answer.status}`);
  } catch (error) {
    return broken(check, `${url} does not answer: ${(error as Error).message}`);
  }
};
