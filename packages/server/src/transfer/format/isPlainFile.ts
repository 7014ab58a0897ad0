import { lstat } from "node:fs/promises";

/** Whether a file is there, and nothing else that can be read, such as a link to one elsewhere or a pipe that never ends. */
export const isPlainFile = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined))?.isFile() === true;
