// Loaded into a server before its own code: SIGUSR2 collects all garbage, so that what stays is what is needed.
process.on("SIGUSR2", () => {
  const collect = globalThis.gc as ((options: object) => void) | undefined;
  for (let i = 0; i < 3; i++) collect?.({ type: "major", execution: "sync", flavor: "last-resort" });
});
