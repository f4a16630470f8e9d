import { GatehouseError } from '../../base/errors.js';
import { because } from '../../http/refusals/because.js';

/** The path to a field: `['clients', 0, 'redirectUris', 1]`. */
export type Path = readonly PropertyKey[];

/** A problem in a realm file that must be corrected. */
export interface Problem {
  readonly line: number;
  /** `clients[0].redirectUris[1]`; empty for the file as a whole. */
  readonly field: string;
  /** A phrase or sentence that says what is wrong. Never contains a secret. */
  readonly message: string;
}

export const fieldName = (path: Path): string =>
  path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return name === '' ? String(step) : `${name}.${String(step)}`;
  }, '');

/** All problems of a realm file, in line order. @param file its name for the reader */
export function problemsError(file: string, problems: readonly Problem[]): GatehouseError {
  const list = problemList(file, problems, ', and nothing was changed');
  return because(new GatehouseError('bad-configuration', list), 'realm-file-refused');
}

/** `FILE has 2 problems:` and one line for each. */
export function problemList(file: string, problems: readonly Problem[], and = ''): string {
  const lines = problems
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, field, message }) => `  line ${line}${field === '' ? '' : `, ${field}`}: ${message}`);
  const many = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return `${file} has ${many}${and}:\n${lines.join('\n')}`;
}
