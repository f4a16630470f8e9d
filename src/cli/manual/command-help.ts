/** The text of `gatehouse help COMMAND` for one command. It accepts only the options listed here. */
export interface CommandHelp {
  /** Its words: `user create`. */
  readonly name: string;
  /** The arguments: `NAME [--email ADDRESS]`. */
  readonly takes?: string;
  /** One line. */
  readonly summary: string;
  /** Details, in lines of at most 100 characters. */
  readonly about?: readonly string[];
  /** By name, with dashes. */
  readonly options?: Readonly<Record<string, string>>;
}

/** `gatehouse user create NAME [--email ADDRESS]` */
export const usageOf = ({ name, takes }: CommandHelp): string =>
  ['gatehouse', name, ...(takes === undefined ? [] : [takes])].join(' ');
