import { GatehouseError } from '../../base/errors.js';
import type { Problem, ProblemPath } from '../../base/problems/problem.js';
import { sentence } from '../../sentences/sentence.js';
import { because } from '../../http/refusals/because.js';

/** A problem in a realm file that must be corrected. */
export interface FileProblem {
  readonly line: number;
  /** Its path is empty for the file as a whole. */
  readonly problem: Problem;
}

/** `clients[0].redirectUris[1]`. */
export const fieldName = (path: ProblemPath): string =>
  path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return name === '' ? step : `${name}.${step}`;
  }, '');

/** All problems of a realm file, in line order. @param file its name for the reader */
export function problemsError(file: string, problems: readonly FileProblem[]): GatehouseError {
  const list = problemList(file, problems, ', and nothing was changed');
  return because(new GatehouseError('bad-configuration', list), 'realm-file-refused');
}

/** A wrong value may be a megabyte long; its beginning is enough to recognise it. */
const LONGEST_SAID = 1000;
const shortened = (text: string): string =>
  text.length > LONGEST_SAID ? `${text.slice(0, LONGEST_SAID)}\u2026` : text;

/** The field and the sentence of a problem. They never hold a secret. */
export const problemText = ({ problem }: FileProblem): { readonly field: string; readonly sentence: string } => ({
  field: shortened(fieldName(problem.path)),
  sentence: shortened(sentence(problem, 'en')),
});

/** `FILE has 2 problems:` and one line for each. */
export function problemList(file: string, problems: readonly FileProblem[], and = ''): string {
  const lines = problems
    .toSorted((a, b) => a.line - b.line)
    .map((one) => {
      const { field, sentence } = problemText(one);
      return `  line ${one.line}${field === '' ? '' : `, ${field}`}: ${sentence}`;
    });
  const many = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return `${file} has ${many}${and}:\n${lines.join('\n')}`;
}
