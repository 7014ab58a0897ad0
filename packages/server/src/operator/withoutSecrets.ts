/** A URL as it may be shown: without user and password. */
export const withoutSecrets = (url: string): string => url.replace(/\/\/[^@/]*@/g, "//");
