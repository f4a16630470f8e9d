import type { Match, ZxcvbnFactory } from '@zxcvbn-ts/core';

/** So many guesses at least: what zxcvbn counts for eight characters without any pattern. */
const FEWEST_GUESSES = 1e8;
/** No more is looked at: the cost grows with the square of the length. In UTF-16 units. */
const LOOKED_AT = 64;
/** Replacements such as `4` for `a` that are tried; each one costs another look at every dictionary. */
const REPLACEMENTS = 20;

let loading: Promise<ZxcvbnFactory> | undefined;

/** The dictionaries take 30 MB and are read when the first password is chosen, so that a server that chooses none does without. */
async function load(): Promise<ZxcvbnFactory> {
  const [core, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new core.ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    maxLength: LOOKED_AT,
    l33tMaxSubstitutions: REPLACEMENTS,
  });
}

/**
 * Whether somebody who knows common passwords and these words would guess the password soon (NIST SP 800-63B 5.1.1.2): `personal` where
 * one of the words is part of it, else `common`. Characters after the 64th have no effect.
 *
 * @param words what whoever guesses knows: the person's names, the name of the service
 */
export async function guessedSoon(
  password: string,
  words: readonly string[],
): Promise<'common' | 'personal' | undefined> {
  const { guesses, sequence } = (await (loading ??= load())).check(password, [...words]);
  if (guesses >= FEWEST_GUESSES) return undefined;
  return sequence.some(isPersonal) ? 'personal' : 'common';
}

const isPersonal = (match: Match): boolean => 'dictionaryName' in match && match['dictionaryName'] === 'userInputs';
