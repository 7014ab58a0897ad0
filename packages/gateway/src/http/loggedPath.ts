/** A request's path as it may stand in a log: whoever reads that must not join by an invite's code. */
export const loggedPath = (path: string): string => path.replace(/^(\/api\/invites\/)[^/]+/, "$1…");
