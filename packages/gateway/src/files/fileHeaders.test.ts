import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentTypeOf, fileHeaders } from "./fileHeaders.ts";

const headersOf = (filename: string, content_type = "image/png") => fileHeaders({ filename, content_type });
const nameOf = (filename: string) => headersOf(filename)["Content-Disposition"];

describe("the headers of a file", () => {
  test("let a browser show what can run nothing, and make it save the rest", () => {
    for (const type of ["image/png", "image/jpeg", "video/mp4", "audio/mpeg", "text/plain"])
      expect(headersOf("a", type)["Content-Disposition"]).toMatch(/^inline;/);
    for (const type of [
      "text/html",
      "image/svg+xml",
      "application/xhtml+xml",
      "application/pdf",
      "text/xml",
    ]) {
      const headers = headersOf("a", type);
      expect(headers["Content-Disposition"]).toMatch(/^attachment;/);
      expect(headers["Content-Type"]).toBe("application/octet-stream");
    }
  });

  test("sandbox every file", () => {
    expect(headersOf("a")["Content-Security-Policy"]).toBe("default-src 'none'; sandbox");
  });

  test("name the file as it was named, in plain ASCII and in UTF-8", () => {
    expect(nameOf("plan.png")).toBe("inline; filename=\"plan.png\"; filename*=UTF-8''plan.png");
    expect(nameOf("Übersicht (1).png")).toBe(
      "inline; filename=\"_bersicht (1).png\"; filename*=UTF-8''%C3%9Cbersicht%20%281%29.png",
    );
  });

  test("leave no path, no control character and no turned text in the name", () => {
    expect(nameOf("../../etc/passwd")).toContain('filename="passwd"');
    expect(nameOf("C:\\Windows\\win.ini")).toContain('filename="win.ini"');
    expect(nameOf("..")).toContain('filename="download"');
    expect(nameOf("")).toContain('filename="download"');
    expect(nameOf("photo\u202egpj.exe")).toContain('filename="photogpj.exe"');
  });

  test("are ASCII without a quote that ends the name, whatever the name is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(nameOf(name)).toMatch(/^inline; filename="[ !#-~]*"; filename\*=UTF-8''[\w%.!~-]+$/);
      }),
    );
  });
});

test("a content type is kept without parameters, and is bytes where it is none", () => {
  expect(contentTypeOf("Image/PNG; charset=x")).toBe("image/png");
  for (const none of ["", "png", "image/", "a/b/c", "te xt/html", "text/html\r\nX: y", `${"a".repeat(65)}/b`])
    expect(contentTypeOf(none)).toBe("application/octet-stream");
});
