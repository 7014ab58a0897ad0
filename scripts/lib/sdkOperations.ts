import { Api } from "@clickclack/protocol/http/Api";

/** Method and path of every operation, as the SDK holds them: it takes nothing but types from the declaration. */
export const sdkOperations = (): string => {
  const lines = Object.values(Api.groups)
    .flatMap((group) => Object.values(group.endpoints))
    .map(({ identifier, method, path }) => `  ${identifier}: ["${method}", "${path}"],\n`);
  return [
    "// Written by scripts/generate; change the declaration in packages/protocol/src instead.\n",
    'import type { OperationId } from "./Operation.ts";\n\n',
    "/** Method and path of every operation. */\n",
    "export const OPERATIONS: { readonly [Id in OperationId]: readonly [method: string, path: string] } = {\n",
    ...lines,
    "};\n",
  ].join("");
};
