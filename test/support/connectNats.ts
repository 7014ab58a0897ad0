import { connect, type NatsConnection } from "@nats-io/transport-node";

/** Connects to a URL with user and password in it, which the client itself does not read. Close it in the end. */
export async function connectNats(url: string): Promise<NatsConnection> {
  const { username, password, host } = new URL(url);
  return await connect({
    servers: host,
    user: decodeURIComponent(username),
    pass: decodeURIComponent(password),
  });
}
