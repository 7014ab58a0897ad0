// Started by a test that kills it: puts a file whose stream never ends.
import { Readable } from "node:stream";
import { DiskFileStore } from "../DiskFileStore.ts";

const [folder = "", key = ""] = process.argv.slice(2);
const store = await DiskFileStore.open(folder);
const body = new Readable({ read() {} });
body.push(Buffer.alloc(3 * 1_024 * 1_024, 1));
// keeps the process alive
setInterval(() => {}, 60_000);
await store.put(key, body);
