/** What the configuration of the embedded NATS server depends on. */
export interface NatsConfigurationInput {
  /** absolute path of the folder for streams and logs */
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** more settings in the server's own syntax, appended */
  readonly extra?: string;
}

/** Text of the configuration file for the embedded NATS server. It holds the password: keep the file 0600. */
export function natsConfiguration({
  folder,
  port,
  user,
  password,
  extra = "",
}: NatsConfigurationInput): string {
  const path = (name: string) => JSON.stringify(`${folder}/${name}`);
  return `# written at every start; changes here are lost
server_name: clickclack-embedded
listen: "127.0.0.1:${port}"
authorization { users: [{ user: ${user}, password: ${JSON.stringify(password)} }] }

# the largest commit is a batch of messages and their attachments' descriptions
max_payload: 4MB

jetstream {
  store_dir: ${path("jetstream")}
  # acknowledge after fsync: 0.2 to 0.3 ms that make an acknowledged message survive a power cut
  sync_interval: always
}

log_file: ${path("nats.log")}
logfile_size_limit: 10MB
logfile_max_num: 3
${extra}`;
}
