/** What was written is no command, or lacks what the command needs. */
export class NotUnderstood extends Error {
  /** What may have been meant. */
  readonly known: readonly string[];
  constructor(known: readonly string[] = [], message?: string) {
    super(message);
    this.known = known;
  }
}
