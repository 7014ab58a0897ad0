/** What the global setup tells every test worker about the run's NATS and Postgres. */
export interface SharedServices {
  /** `host:port` of the NATS server, whose accounts are those of `natsAccounts.ts` */
  readonly natsAddress: string;
  /** URL of a database whose role may create more */
  readonly postgresUrl: string;
  /** folder in which workers mark the accounts that they took */
  readonly claims: string;
}

declare module "vitest" {
  interface ProvidedContext {
    services: SharedServices;
  }
}
