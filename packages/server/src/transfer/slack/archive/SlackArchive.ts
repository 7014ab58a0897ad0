import { TransferRefused } from "../../TransferRefused.ts";
import { isTrueAt, secondsAt, textAt, textsAt, listAt } from "./fields.ts";
import { printable, ZipArchive } from "./ZipArchive.ts";

/** All channels' messages of one day are sorted in memory. */
const MAX_DAY_BYTES = 512 * 1024 * 1024;
/** Conversations of one workspace: each costs memory in every server, as channels do. */
const MAX_PLACES = 100_000;

/** A channel, private group, or conversation of an export. */
export interface SlackPlace {
  readonly id: string;
  readonly kind: "public" | "private" | "direct";
  readonly name: string;
  /** The folder that holds its days. */
  readonly folder: string;
  readonly archived: boolean;
  readonly title: string;
  readonly creator: string;
  /** ms since 1970; 0 if it is not told. */
  readonly createdAt: number;
  readonly members: ReadonlyArray<string>;
  /** `ts` of the pinned messages. */
  readonly pins: ReadonlyArray<string>;
}

/** A message as it stands in the archive, and where. */
export interface SlackMessage {
  readonly place: SlackPlace;
  readonly value: unknown;
}

const LISTS = [
  { file: "channels.json", kind: "public", required: true },
  { file: "groups.json", kind: "private", required: false },
  { file: "dms.json", kind: "direct", required: false },
  { file: "mpims.json", kind: "direct", required: false },
] as const;
const DAY = /^([^/]+)\/(\d{4}-\d\d-\d\d)\.json$/;

/** An export as Slack hands it out. */
export class SlackArchive {
  readonly #zip: ZipArchive;
  readonly users: ReadonlyArray<unknown>;
  readonly places: ReadonlyArray<SlackPlace>;
  /** The days on which somebody wrote, in order; each with the places where. */
  readonly days: ReadonlyArray<readonly [day: string, places: ReadonlyArray<SlackPlace>]>;

  private constructor(zip: ZipArchive, users: ReadonlyArray<unknown>, places: ReadonlyArray<SlackPlace>) {
    this.#zip = zip;
    this.users = users;
    this.places = places;
    this.days = daysOf(zip, places);
  }

  /** Opens an export and reads its lists. Throws TransferRefused, naming the file. */
  static async open(path: string): Promise<SlackArchive> {
    const zip = await ZipArchive.open(path);
    try {
      const users = await readList(zip, "users.json");
      return new SlackArchive(zip, users, await readPlaces(zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  /** The messages that were written on a day, in no order. Throws TransferRefused, naming the file. */
  async messagesOf(day: string, places: ReadonlyArray<SlackPlace>): Promise<Array<SlackMessage>> {
    const names = places.map(({ folder }) => `${folder}/${day}.json`);
    const bytes = names.reduce((sum, name) => sum + this.#zip.sizeOf(name), 0);
    if (bytes > MAX_DAY_BYTES)
      throw new TransferRefused(`${day} has more than ${MAX_DAY_BYTES} bytes of messages`);
    const messages: Array<SlackMessage> = [];
    for (const [i, place] of places.entries())
      for (const value of await readList(this.#zip, names[i]!)) messages.push({ place, value });
    return messages;
  }

  close(): void {
    this.#zip.close();
  }
}

const readList = async (zip: ZipArchive, name: string): Promise<ReadonlyArray<unknown>> => {
  if (!zip.has(name))
    throw new TransferRefused(`this is no export of Slack's: ${printable(name)} is missing`);
  const list = await zip.read(name);
  if (!Array.isArray(list)) throw new TransferRefused(`${printable(name)} holds no list`);
  const bad = list.findIndex((one) => typeof one !== "object" || one === null || Array.isArray(one));
  if (bad >= 0) throw new TransferRefused(`${printable(name)}: entry ${bad + 1} is no object`);
  return list as ReadonlyArray<unknown>;
};

const readPlaces = async (zip: ZipArchive): Promise<ReadonlyArray<SlackPlace>> => {
  const places = new Map<string, SlackPlace>();
  for (const { file, kind, required } of LISTS) {
    if (!required && !zip.has(file)) continue;
    for (const [i, value] of (await readList(zip, file)).entries()) {
      const place = placeIn(value, kind);
      if (place.id === "") throw new TransferRefused(`${file}: entry ${i + 1} has no id`);
      if (places.has(place.id)) throw new TransferRefused(`${file}: entry ${i + 1} has an id that is taken`);
      places.set(place.id, place);
    }
  }
  if (places.size > MAX_PLACES) throw new TransferRefused(`the export has more than ${MAX_PLACES} channels`);
  return [...places.values()];
};

const placeIn = (value: unknown, kind: SlackPlace["kind"]): SlackPlace => {
  const id = textAt(value, "id");
  const name = textAt(value, "name");
  return {
    id,
    kind,
    name,
    folder: name === "" ? id : name,
    archived: isTrueAt(value, "is_archived"),
    title: textAt(value, "topic", "value").trim() || textAt(value, "purpose", "value").trim(),
    creator: textAt(value, "creator"),
    createdAt: secondsAt(value, "created"),
    members: textsAt(value, "members"),
    pins: listAt(value, "pins").map((pin) => textAt(pin, "id")),
  };
};

/** Two places of one folder would both get what is in it: the first one has it. */
const daysOf = (
  zip: ZipArchive,
  places: ReadonlyArray<SlackPlace>,
): ReadonlyArray<readonly [string, ReadonlyArray<SlackPlace>]> => {
  const byFolder = new Map<string, SlackPlace>();
  for (const place of places) if (!byFolder.has(place.folder)) byFolder.set(place.folder, place);
  const days = new Map<string, Array<SlackPlace>>();
  for (const name of zip.names) {
    const [, folder = "", day = ""] = DAY.exec(name) ?? [];
    const place = byFolder.get(folder);
    if (!place) continue;
    const there = days.get(day);
    if (there) there.push(place);
    else days.set(day, [place]);
  }
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1));
};
