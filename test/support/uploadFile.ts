import type { Upload } from "@clickclack/protocol/http/shapes";
import type { Answer, ApiClient } from "./ApiClient.ts";
import { requireDeclared } from "./requireDeclared.ts";

export interface FileToUpload {
  readonly content: string | Uint8Array<ArrayBuffer>;
  readonly filename?: string;
  readonly type?: string;
  readonly nonce?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a file as a browser's form does; the answer is as the API declares it. */
export async function sendFile(
  client: ApiClient,
  workspaceId: string,
  { content, filename = "a.txt", type = "text/plain", nonce, fields = {}, headers = {} }: FileToUpload,
): Promise<Answer<{ readonly upload: Upload; readonly code?: string }>> {
  const form = new FormData();
  form.set("workspace_id", workspaceId);
  form.set("file", new File([content], filename, { type }));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const path = `/api/uploads${nonce === undefined ? "" : `?nonce=${encodeURIComponent(nonce)}`}`;
  const response = await fetch(`${client.url}${path}`, {
    method: "POST",
    headers: { ...client.headers, ...headers },
    body: form,
  });
  const answer = {
    status: response.status,
    headers: response.headers,
    body: await response.json(),
  } as Answer<{
    upload: Upload;
  }>;
  requireDeclared("POST", path, answer);
  return answer;
}

/** Sends a file that is taken. */
export async function uploadFile(
  client: ApiClient,
  workspaceId: string,
  file: FileToUpload,
): Promise<Upload> {
  const { status, body } = await sendFile(client, workspaceId, file);
  if (status !== 201) throw new Error(`POST /api/uploads: ${status} ${JSON.stringify(body)}`);
  return body.upload;
}

/** Asks for an upload's bytes. */
export const download = (
  client: ApiClient,
  uploadId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(`${client.url}/api/uploads/${uploadId}`, { headers: { ...client.headers, ...headers } });
