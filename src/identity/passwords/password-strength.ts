import type { Match, ZxcvbnFactory } from '@zxcvbn-ts/core';

/** The minimum number of guesses: zxcvbn's estimate for eight characters without a pattern. */
const FEWEST_GUESSES = 1e8;
/** Longer passwords are truncated for the estimate: its cost grows with the square of the length. In UTF-16 units. */
const LOOKED_AT = 64;
/** The number of replacements such as `4` for `a` that are tried; each one costs another pass over every dictionary. */
const REPLACEMENTS = 20;

let loading: Promise<ZxcvbnFactory> | undefined;

/**
 * The dictionaries take 30 MB and are loaded when the first password is chosen, so that servers without password changes save
 * the memory.
 */
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
 * Whether an attacker who knows common passwords and these words would guess the password soon (NIST SP 800-63B 5.1.1.2).
 * `personal` if one of the words is part of it, otherwise `common`. Characters after the 64th have no effect.
 *
 * @param words facts that an attacker may know: the user's names, the name of the service
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
