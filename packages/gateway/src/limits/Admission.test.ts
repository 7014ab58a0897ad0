import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { describe, expect, it } from "vitest";
import type { Caller } from "../authentication/Caller.ts";
import { Admission } from "./Admission.ts";
import { parseLimits } from "./Quota.ts";
import { RateLimits } from "./RateLimits.ts";

const limitsOf = (text: string) =>
  new RateLimits({ limits: parseLimits([text]), development: () => undefined, now: () => 0 });
const read = { limitClass: "read", open: false, address: "10.0.0.1" } as const;
const by = (credentialId?: string) => async () => ({
  caller: { account: { id: "usr_ann" }, ...(credentialId && { credentialId }) } as Caller,
});
const refused = { code: "too_many_requests" };

describe("a request", () => {
  it("counts for its credential, and for its user where there is none", async () => {
    const limits = limitsOf("read=1/60");
    for (const credentialId of ["ses_1", "ses_2", undefined]) {
      await new Admission(limits, read).signedIn(by(credentialId));
      await expect(new Admission(limits, read).signedIn(by(credentialId))).rejects.toMatchObject(refused);
    }
  });

  it("of an address that sent ten times as many is refused before anybody is asked who makes it", async () => {
    const limits = limitsOf("read=1/60");
    for (let i = 0; i < 10; i++) await new Admission(limits, read).signedIn(by(`ses_${i}`));
    let asked = false;
    const admission = new Admission(limits, read);
    const found = admission.signedIn(async () => {
      asked = true;
      return by("ses_new")();
    });
    await expect(found).rejects.toMatchObject(refused);
    expect([asked, admission.headers["RateLimit"]]).toEqual([false, '"read-address";r=0;t=6']);
    await new Admission(limits, { ...read, address: "10.0.0.2" }).signedIn(by("ses_new"));
  });

  it("that nobody signed in for counts for its address", async () => {
    const limits = limitsOf("read=1/60");
    const stranger = async () => {
      throw new ApiFailure("unauthenticated", "sign in first");
    };
    const [first, second] = [new Admission(limits, read), new Admission(limits, read)];
    await expect(first.signedIn(stranger)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(first.headers["RateLimit"]).toBe('"read";r=0;t=60');
    await expect(second.signedIn(stranger)).rejects.toMatchObject(refused);
    await new Admission(limits, read).signedIn(by("ses_1"));
  });

  it("that failed for another reason does not count", async () => {
    const limits = limitsOf("read=1/60");
    const broken = async () => Promise.reject(new Error("no store"));
    for (let i = 0; i < 3; i++)
      await expect(new Admission(limits, read).signedIn(broken)).rejects.toThrow("no store");
  });

  it("that needs no signing in counts for its address", () => {
    const limits = limitsOf("auth=1/60");
    const open = { limitClass: "auth", open: true, address: "10.0.0.1" } as const;
    new Admission(limits, open).requireAddress();
    expect(() => new Admission(limits, open).requireAddress()).toThrow(expect.objectContaining(refused));
  });

  it("of what has no limit is told nothing", async () => {
    const limits = limitsOf("read=1/60");
    const admission = new Admission(limits, { ...read, limitClass: undefined });
    await admission.signedIn(by("ses_1"));
    expect(admission.headers).toEqual({});
  });
});
