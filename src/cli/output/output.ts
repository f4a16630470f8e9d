/** Where a command writes. */
export interface Output {
  line(text: string): void;
  /** How far a long command is: beside its lines, so that whoever reads those is not disturbed. Absent: nobody wants to know. */
  readonly progress?: (text: string) => void;
}
