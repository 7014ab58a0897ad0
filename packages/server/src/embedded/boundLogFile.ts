import { copyFileSync, statSync, truncateSync } from "node:fs";

const EVERY_MS = 60_000;

/**
 * Keeps a log file that another process appends to under a size: when it has grown past it, it is copied to `path.1`
 * and emptied. Looks once now and then every minute.
 *
 * @returns function that ends it
 */
export function boundLogFile(path: string, bytes = 10 * 1024 * 1024): () => void {
  const check = () => {
    try {
      if (statSync(path).size <= bytes) return;
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
    } catch {
      // not there yet
    }
  };
  check();
  const timer = setInterval(check, EVERY_MS).unref();
  return () => clearInterval(timer);
}
