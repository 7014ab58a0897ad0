import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isPortFree, pickPort } from "./pickPort.ts";
import { writeFileAtomically } from "./writeFileAtomically.ts";

/** Where an embedded server listens on 127.0.0.1, and its password: chosen once, kept in the data folder. */
export interface Endpoint {
  readonly port: number;
  readonly password: string;
}

/** A new password, and a port that is free now. */
export async function createEndpoint(port?: number): Promise<Endpoint> {
  return { port: port ?? (await pickPort()), password: randomBytes(24).toString("hex") };
}

/** The endpoint kept in a file; undefined when there is none or it is unreadable. */
export async function readEndpoint(path: string): Promise<Endpoint | undefined> {
  try {
    const { port, password } = JSON.parse(await readFile(path, "utf8")) as Partial<Endpoint>;
    return typeof port === "number" && typeof password === "string" ? { port, password } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps an endpoint in a file that only its owner may read. */
export async function writeEndpoint(path: string, endpoint: Endpoint): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(endpoint)}\n`);
}

/**
 * The endpoint itself while its port is free: whoever holds the URL then finds the server again. If another program
 * took the port meanwhile: one with another port, and a line in the log.
 */
export async function withFreePort(
  endpoint: Endpoint,
  name: string,
  log: (message: string) => void,
): Promise<Endpoint> {
  if (await isPortFree(endpoint.port)) return endpoint;
  const port = await pickPort();
  log(`port ${endpoint.port} of ${name} is taken by another program; using ${port} from now on`);
  return { ...endpoint, port };
}
