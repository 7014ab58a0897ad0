import type { TemplatedApp } from "uWebSockets.js";

/** Serves `/metrics` in Prometheus' text format: numbers of this gateway, and nobody's names. */
export const serveMetrics = (app: TemplatedApp, connections: () => number): void => {
  app.get("/metrics", (res) => {
    const lines = [
      "# HELP clickclack_terminal_connections Connections to /terminal right now.",
      "# TYPE clickclack_terminal_connections gauge",
      `clickclack_terminal_connections ${connections()}`,
      "# HELP process_resident_memory_bytes Resident memory of this process.",
      "# TYPE process_resident_memory_bytes gauge",
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    ];
    res.writeHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    res.writeHeader("Cache-Control", "no-store");
    res.end(`${lines.join("\n")}\n`);
  });
};
