/** What a loop of appends did. */
export interface Appends {
  readonly events: number;
  readonly commits: number;
  readonly ms: number;
}
