/** The live tables of a projection are not of the format that this program folds and reads; undefined: there are none. */
export class OtherFormat extends Error {
  readonly projection: string;
  readonly live: number | undefined;
  readonly known: number;

  constructor(projection: string, known: number, live: number | undefined) {
    super(
      live === undefined
        ? `there are no tables of the ${projection} projection yet`
        : `the tables of the ${projection} projection have format ${live}; this program knows ${known}`,
    );
    this.name = "OtherFormat";
    this.projection = projection;
    this.known = known;
    this.live = live;
  }
}
