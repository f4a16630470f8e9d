/** The arguments are not a command, or are incomplete. */
export class NotUnderstood extends Error {
  /** The words of the command for `gatehouse help`. */
  readonly command: readonly string[] | undefined;
  /** @param message absent: the usage of the command */
  constructor(message?: string, command?: readonly string[]) {
    super(message);
    this.command = command;
  }
}
