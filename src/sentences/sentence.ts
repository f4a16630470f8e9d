import type { Locale } from '../base/locale.js';
import type { Problem } from '../base/problems/problem.js';
import type { ChangeRefusal } from '../changes/change-result.js';
import { english } from './english.js';
import { german } from './german.js';
import type { Sentences } from './sentences.js';

const TABLES: Readonly<Record<Locale, Sentences>> = { en: english, de: german };

/** The sentence of a problem. It does not name the path, unless the path itself is wrong. */
export function sentence({ code, params }: Problem, language: Locale): string {
  // The type of a problem pairs each code with its parameters, which the compiler can't follow here.
  const say = TABLES[language][code] as (params: Problem['params']) => string;
  return say(params);
}

/** The sentence after the path: `redirectUris.0: ...`. */
export function placedSentence(problem: Problem, language: Locale): string {
  const said = sentence(problem, language);
  return problem.path.length === 0 ? said : `${problem.path.join('.')}: ${said}`;
}

/** The text of a refused change. Sentences name top-level fields themselves; deeper fields are named by their path. */
export const refusalText = ({ problems }: ChangeRefusal, language: Locale): string =>
  problems
    .map((problem) => (problem.path.length > 1 ? placedSentence(problem, language) : sentence(problem, language)))
    .join(' ');
