/** An export or import that cannot be done as it was asked for; the message says why, and what can be done. */
export class TransferRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TransferRefused";
  }
}
