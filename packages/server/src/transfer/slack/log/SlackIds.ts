import { BASE32, type IdPrefix, toBase32 } from "@clickclack/protocol/Ids";
import { createHash } from "node:crypto";

/** Ids that follow from Slack's: the same export comes to the same ids however often it is read. */
export class SlackIds {
  readonly #team: string;

  constructor(team: string) {
    this.#team = team;
  }

  /** The id of what Slack knows by these names; `at` (ms since 1970) is its time, by which ids sort. */
  of(prefix: IdPrefix, at: number, ...names: ReadonlyArray<string>): string {
    const digest = createHash("sha256")
      .update(JSON.stringify(["slack", this.#team, prefix, ...names]))
      .digest();
    const text = Array.from(digest.subarray(0, 16), (byte) => BASE32.charAt(byte & 31)).join("");
    return `${prefix}_${toBase32(at, 10)}${text}`;
  }
}
