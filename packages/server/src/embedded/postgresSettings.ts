import { totalmem } from "node:os";
import { postgresMemory } from "./postgresMemory.ts";

/** Settings for a small machine, as arguments of `postgres`: given at every start, so they follow the code. */
export function postgresSettings(port: number): string[] {
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    shared_buffers: postgresMemory(totalmem()),
    // what is read is in memory, nearly always: then a page costs little beside the work on its rows, wherever it lies
    seq_page_cost: 0.3,
    random_page_cost: 0.35,
    // for reads of some milliseconds, helpers cost more to call than they do
    max_parallel_workers_per_gather: 0,
    fsync: "on",
    synchronous_commit: "on",
    // our statements are short; compiling them costs more than it saves
    jit: "off",
    TimeZone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    log_line_prefix: "%m [%p] %d ",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
