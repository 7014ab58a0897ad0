import { expect, test } from "vitest";
import { parseStorageUrl } from "./parseStorageUrl.ts";

test("a folder may have any name", () => {
  expect(parseStorageUrl("file:///var/lib/my%20files")).toEqual({
    kind: "disk",
    folder: "/var/lib/my files",
  });
});

test("a bucket alone is one at AWS", () => {
  expect(parseStorageUrl("s3://my-bucket")).toEqual({
    kind: "s3",
    bucket: "my-bucket",
    prefix: "",
    pathStyle: false,
  });
});

test("a bucket may have a prefix and be at a server of one's own", () => {
  const url = "s3://files/chat/uploads/?endpoint=http://minio:9000&region=eu-1&path_style=true";
  expect(parseStorageUrl(url)).toEqual({
    kind: "s3",
    bucket: "files",
    prefix: "chat/uploads/",
    endpoint: "http://minio:9000",
    region: "eu-1",
    pathStyle: true,
  });
});
