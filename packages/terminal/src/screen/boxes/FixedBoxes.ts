/**
 * Stands for Yoga in the bundle. Ink lays out by Yoga, whose WebAssembly takes 21 MB of the 80 MB that a client may have; the
 * screen says of every box how large it is, so that all that is left to do is to put one beside or below the other.
 *
 * It knows widths, heights, the two directions and what is hidden; everything else that Ink asks for is left as it is.
 */

type Measure = (width: number, mode: number) => { readonly width: number; readonly height: number };

const DIRECTION = { column: 0, row: 2 } as const;
const MODE = { undefined: 0, exactly: 1, atMost: 2 } as const;
const DISPLAY = { flex: 0, none: 1 } as const;

class FixedBox {
  readonly #children: Array<FixedBox> = [];
  #measure: Measure | undefined;
  #width: number | undefined;
  #height: number | undefined;
  #direction: number = DIRECTION.column;
  #display: number = DISPLAY.flex;
  #at = { left: 0, top: 0, width: 0, height: 0 };

  static create(): FixedBox {
    return quiet(new FixedBox());
  }

  setWidth(width: number | undefined): void {
    this.#width = width;
  }

  setWidthAuto(): void {
    this.#width = undefined;
  }

  setHeight(height: number | undefined): void {
    this.#height = height;
  }

  setHeightAuto(): void {
    this.#height = undefined;
  }

  setFlexDirection(direction: number): void {
    this.#direction = direction;
  }

  setDisplay(display: number): void {
    this.#display = display;
  }

  getDisplay(): number {
    return this.#display;
  }

  setMeasureFunc(measure: Measure): void {
    this.#measure = measure;
  }

  unsetMeasureFunc(): void {
    this.#measure = undefined;
  }

  insertChild(child: FixedBox, at: number): void {
    this.#children.splice(at, 0, child);
  }

  removeChild(child: FixedBox): void {
    const at = this.#children.indexOf(child);
    if (at !== -1) this.#children.splice(at, 1);
  }

  getChildCount(): number {
    return this.#children.length;
  }

  calculateLayout(): void {
    this.layOut(0, 0, this.#width ?? 0);
  }

  /** Puts the box somewhere, with so much width to have; says what it takes. */
  layOut(left: number, top: number, free: number): { readonly width: number; readonly height: number } {
    if (this.#display === DISPLAY.none) return this.#take(left, top, 0, 0);
    const width = Math.min(this.#width ?? free, free);
    if (this.#measure) {
      const measured = this.#measure(width, MODE.atMost);
      return this.#take(left, top, this.#width ?? measured.width, this.#height ?? measured.height);
    }
    const isRow = this.#direction === DIRECTION.row;
    let along = 0;
    let across = 0;
    for (const child of this.#children) {
      const size = isRow ? child.layOut(along, 0, width - along) : child.layOut(0, along, width);
      along += isRow ? size.width : size.height;
      across = Math.max(across, isRow ? size.height : size.width);
    }
    return this.#take(left, top, width, this.#height ?? (isRow ? across : along));
  }

  #take(left: number, top: number, width: number, height: number) {
    this.#at = { left, top, width, height };
    return this.#at;
  }

  getComputedLayout() {
    return { ...this.#at, right: 0, bottom: 0 };
  }

  getComputedLeft(): number {
    return this.#at.left;
  }

  getComputedTop(): number {
    return this.#at.top;
  }

  getComputedWidth(): number {
    return this.#at.width;
  }

  getComputedHeight(): number {
    return this.#at.height;
  }

  getComputedBorder(): number {
    return 0;
  }

  getComputedPadding(): number {
    return 0;
  }

  getComputedMargin(): number {
    return 0;
  }
}

const LEFT_AS_IT_IS =
  `AlignContent AlignItems AlignSelf AspectRatio Border FlexBasis FlexBasisAuto FlexBasisPercent
  FlexGrow FlexShrink FlexWrap Gap HeightPercent JustifyContent Margin MaxHeight MaxHeightPercent MaxWidth MinHeight
  MinHeightPercent MinWidth Padding Position PositionPercent PositionType WidthPercent`
    .split(/\s+/)
    .map((name) => `set${name}`);

const nothing = (): void => undefined;

/** A box that takes whatever else Ink says of it. */
const quiet = (box: FixedBox): FixedBox =>
  Object.assign(
    box,
    Object.fromEntries(
      [...LEFT_AS_IT_IS, "markDirty", "free", "freeRecursive"].map((name) => [name, nothing]),
    ),
  );

/** What Ink takes from Yoga. */
const boxes = {
  Node: FixedBox,
  DIRECTION_LTR: 1,
  DISPLAY_FLEX: DISPLAY.flex,
  DISPLAY_NONE: DISPLAY.none,
  FLEX_DIRECTION_COLUMN: DIRECTION.column,
  FLEX_DIRECTION_ROW: DIRECTION.row,
  MEASURE_MODE_UNDEFINED: MODE.undefined,
  MEASURE_MODE_EXACTLY: MODE.exactly,
  MEASURE_MODE_AT_MOST: MODE.atMost,
};

// oxlint-disable-next-line import/no-default-export
export default boxes;
