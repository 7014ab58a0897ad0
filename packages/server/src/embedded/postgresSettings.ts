/** Settings for a small machine, as arguments of `postgres`: given at every start, so they follow the code. */
export function postgresSettings(port: number): string[] {
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    shared_buffers: "128MB",
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
