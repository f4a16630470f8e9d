/** What `gatehouse help COMMAND` says of one command. The options that it takes are those that are named here. */
export interface CommandHelp {
  /** Its words: `user create`. */
  readonly name: string;
  /** What follows them: `NAME [--email ADDRESS]`. */
  readonly takes?: string;
  /** One line. */
  readonly summary: string;
  /** More, in lines of at most 100 characters. */
  readonly about?: readonly string[];
  /** By their names with dashes. */
  readonly options?: Readonly<Record<string, string>>;
}

/** `gatehouse user create NAME [--email ADDRESS]` */
export const usageOf = ({ name, takes }: CommandHelp): string =>
  ['gatehouse', name, ...(takes === undefined ? [] : [takes])].join(' ');
