// Started by a test: puts and gets a large file, and tells by how many KiB its memory grew at most, or which error ended it.
import { openFileStore } from "../openFileStore.ts";
import { generated } from "./generated.ts";

const [url = "", mebibytes = ""] = process.argv.slice(2);

const measure = async () => {
  const { store, close } = await openFileStore(url);
  await store.put("small", generated(1));
  const before = process.resourceUsage().maxRSS;
  await store.put("large", generated(Number(mebibytes)));
  let byteSize = 0;
  for await (const chunk of await store.get("large")) byteSize += (chunk as Buffer).length;
  await close();
  return { grownKiB: process.resourceUsage().maxRSS - before, byteSize };
};

const outcome = await measure().catch((error: Error) => ({ failed: error.name, message: error.message }));
process.stdout.write(JSON.stringify(outcome));
