/** What a package's `layer:` tag may import, by the tag of the package that it imports from. */
export const layers = {
  protocol: [],
  eventsourcing: ["protocol"],
  database: ["protocol"],
  storage: ["protocol"],
  markdown: [],
  context: ["protocol", "eventsourcing", "database"],
  gateway: ["protocol", "eventsourcing", "database", "storage", "context"],
  server: ["protocol", "eventsourcing", "database", "storage", "context", "gateway", "client"],
  sdk: ["protocol"],
  client: ["sdk", "markdown", "protocol"],
} as const satisfies Record<string, ReadonlyArray<string>>;

export type Layer = keyof typeof layers;

/** These layers take only types from what they may import: nothing of it is in what they ship. */
export const typesOnly: ReadonlySet<Layer> = new Set(["sdk"]);

/** Drivers that one package alone imports, so that they can be replaced in one place. */
export const drivers: ReadonlyArray<{ readonly name: RegExp; readonly home: string }> = [
  { name: /^@nats-io\//, home: "packages/eventsourcing" },
  { name: /^pg$/, home: "packages/database" },
  { name: /^uWebSockets\.js$/, home: "packages/gateway" },
  { name: /^@aws-sdk\//, home: "packages/storage" },
];

/** File names that say nothing about what is inside; a file is named after its one export. */
export const emptyNames = /^(index|utils?|helpers?|common|misc)\.(ts|tsx|mts|js|mjs)$/i;

export const isLayer = (name: string): name is Layer => Object.hasOwn(layers, name);

export const mayImport = (from: Layer, to: Layer): boolean =>
  (layers[from] as ReadonlyArray<string>).includes(to);
