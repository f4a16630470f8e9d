import type { Locale } from '../base/locale.js';
import type { Problem } from '../base/problems/problem.js';
import type { ChangeRefusal } from '../changes/change-result.js';
import { english } from './english.js';
import { german } from './german.js';
import type { Sentences } from './sentences.js';

const TABLES: Readonly<Record<Locale, Sentences>> = { en: english, de: german };

/** The sentence of a problem. It does not name the place, unless that is what is wrong. */
export function sentence({ code, params }: Problem, language: Locale): string {
  // The compiler doesn't see that a code and its parameters belong together; the type of a problem says so.
  const say = TABLES[language][code] as (params: Problem['params']) => string;
  return say(params);
}

/** With the place in front: `redirectUris.0: ...`. */
export function placedSentence(problem: Problem, language: Locale): string {
  const said = sentence(problem, language);
  return problem.path.length === 0 ? said : `${problem.path.join('.')}: ${said}`;
}

/** Why a change was refused. Sentences name a field of the thing themselves; what lies deeper is named by its place. */
export const refusalText = ({ problems }: ChangeRefusal, language: Locale): string =>
  problems
    .map((problem) => (problem.path.length > 1 ? placedSentence(problem, language) : sentence(problem, language)))
    .join(' ');
