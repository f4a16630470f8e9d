/** The output of a command. */
export interface Output {
  line(text: string): void;
  /** Resolves when the reader has the lines; rejects if it has closed the output. Absent: they are read at once. */
  readonly flushed?: () => Promise<void>;
  /**
   * Reports the progress of a long command, apart from its lines, so that their reader is not disturbed. Absent: nobody needs
   * it.
   */
  readonly progress?: (text: string) => void;
}
