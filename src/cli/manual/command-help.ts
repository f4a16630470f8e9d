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
  /** It changes something, so that it takes `--reason` as well. */
  readonly changes?: true;
}

const REASON = { '--reason': 'TEXT for the audit record: why this is done' };

/** Those of every changing command as well. */
export const optionsOf = ({ options, changes }: CommandHelp): Readonly<Record<string, string>> => ({
  ...options,
  ...(changes && REASON),
});

/** `gatehouse user create NAME [--email ADDRESS]` */
export const usageOf = ({ name, takes = '', changes }: CommandHelp): string =>
  ['gatehouse', name, takes, changes && !takes.includes('[OPTIONS]') ? '[--reason TEXT]' : '']
    .filter((word) => word !== '')
    .join(' ');
