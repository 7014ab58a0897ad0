/** The folder or bucket could not do what was asked: full, broken, unreachable, or refused. Trying again may help. */
export class StorageUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageUnavailable";
  }
}
