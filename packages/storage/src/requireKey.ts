/** What file systems allow for a name, and so for what stands between two slashes. */
const MAX_SEGMENT = 255;

/** S3 allows 1,024 bytes, of which a bucket's prefix takes some. */
const MAX_LENGTH = 900;

const KEY = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/;

/** This is no key: whoever made it took it from somewhere else than an id. */
export class InvalidKey extends Error {
  constructor() {
    super("a key is made of letters, digits, _, - and single slashes");
    this.name = "InvalidKey";
  }
}

/** Whether this may name a stored file. */
export const isKey = (key: string): boolean =>
  key.length <= MAX_LENGTH && KEY.test(key) && key.split("/").every(({ length }) => length <= MAX_SEGMENT);

/** @throws InvalidKey unless this may name a stored file */
export const requireKey = (key: string): void => {
  if (!isKey(key)) throw new InvalidKey();
};
