/** The arguments are not a command, or lack what it needs. */
export class NotUnderstood extends Error {
  /** The words of the command whose help says more. */
  readonly command: readonly string[] | undefined;
  /** @param message absent: the usage of the command that was begun */
  constructor(message?: string, command?: readonly string[]) {
    super(message);
    this.command = command;
  }
}
