/** What the screen has to hold. */
export interface ScreenContent {
  readonly columns: number;
  readonly rows: number;
  /** Rows that the input would like. */
  readonly inputRows: number;
  readonly thread: boolean;
}

/** Cells of each part; a width or height of 0 leaves it out. Bars stand between the panes. */
export interface ScreenLayout {
  readonly header: number;
  readonly status: number;
  readonly input: number;
  readonly body: number;
  readonly sidebar: number;
  readonly messages: number;
  readonly thread: number;
}

/** Narrower screens have no sidebar. */
const SIDEBAR_FROM = 60;
/** Narrower panes are not parted for a thread: it takes the place of the messages. */
const THREAD_BESIDE_FROM = 72;
const BAR = 1;

const between = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, value));

/** Rows that the input may take. */
export const maxInputRows = (rows: number): number => between(Math.floor(rows / 3), 1, 8);

/** Where everything is. The header, the body, the status line and the input fill the screen's rows. */
export const layoutScreen = ({ columns, rows, inputRows, thread }: ScreenContent): ScreenLayout => {
  const input = between(inputRows, 1, maxInputRows(rows));
  const header = rows - input >= 2 ? 1 : 0;
  const status = rows - input - header >= 3 ? 1 : 0;
  const body = Math.max(0, rows - input - header - status);
  const sidebar = columns >= SIDEBAR_FROM ? between(Math.floor(columns / 5), 15, 26) : 0;
  const pane = columns - (sidebar > 0 ? sidebar + BAR : 0);
  if (!thread) return { header, status, input, body, sidebar, messages: pane, thread: 0 };
  if (pane < THREAD_BESIDE_FROM) return { header, status, input, body, sidebar, messages: 0, thread: pane };
  const beside = Math.floor(pane * 0.42);
  return { header, status, input, body, sidebar, messages: pane - beside - BAR, thread: beside };
};
