/** As long as a name may be on the file systems that people save it to. */
export const MAX_FILE_NAME = 255;

/** Whether a file may be called so: 1 to 255 characters that text can carry, none of them a control character. */
export const isFileName = (name: string): boolean =>
  name !== "" &&
  name.length <= MAX_FILE_NAME &&
  // oxlint-disable-next-line no-control-regex
  !/[\u0000-\u001f\u007f\ufffd]/.test(name) &&
  name.isWellFormed();
