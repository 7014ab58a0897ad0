/** How many isolated accounts the test server has: more than all suites of one run take. */
export const NATS_ACCOUNTS = 1_000;

/** URL by which a test uses one account, and sees nothing of the others. */
export function natsAccountUrl(address: string, index: number): string {
  return `nats://user_${index}:test@${address}`;
}

/**
 * nats-server settings for the accounts. Stream names are fixed by the product (`CHAT_0`, `IDENTITY`), so tests that
 * run at once must not see one JetStream.
 */
export function natsAccountsConfiguration(): string {
  const accounts = Array.from(
    { length: NATS_ACCOUNTS },
    (_, i) => `  acc_${i} { jetstream: enabled, users: [{ user: user_${i}, password: test }] }`,
  );
  return `accounts {\n${accounts.join("\n")}\n}\n`;
}
