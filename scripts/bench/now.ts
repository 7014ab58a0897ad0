/** Milliseconds of the machine's monotonic clock: times taken in two processes can be compared. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
