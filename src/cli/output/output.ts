/** The output of a command. */
export interface Output {
  line(text: string): void;
  /**
   * Reports the progress of a long command, apart from its lines, so that their reader is not disturbed. Absent: nobody needs
   * it.
   */
  readonly progress?: (text: string) => void;
}
