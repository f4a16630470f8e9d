/** Where a command writes. */
export interface Output {
  line(text: string): void;
}
