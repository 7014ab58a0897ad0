/** What OWASP's cheat sheet on storing passwords asks of Argon2id at the least: 19 MiB, two passes, one lane. */
export const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
