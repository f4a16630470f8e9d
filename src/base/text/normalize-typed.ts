/**
 * Normalizes typed text. Keyboards of phones add blanks after a word, copied text brings invisible marks along,
 * and many keyboards have digits and hyphens of their own. Never for passwords: each of their characters counts.
 */

/** Blanks, and marks that nobody sees: zero-width characters, the byte order mark, marks of writing direction. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}]/u;

/** Without the blanks and invisible marks at both ends. Idempotent. */
export function trimTyped(text: string): string {
  const characters = Array.from(text);
  const first = characters.findIndex((character) => !UNSEEN.test(character));
  if (first === -1) return '';
  const last = characters.findLastIndex((character) => !UNSEEN.test(character));
  return characters.slice(first, last + 1).join('');
}

const DIGIT = /^\p{Nd}$/u;
/** Characters that separate groups: blanks, invisible marks, hyphens and dashes, the minus sign, and the long vowel mark on a Japanese keyboard's hyphen key. */
const BETWEEN_GROUPS = /[\s\p{Default_Ignorable_Code_Point}\p{Pd}\u2212\u30fc]/gu;

/**
 * A one-time code in the characters it is compared in: digits of any script as ASCII, fullwidth letters too, and nothing
 * between the groups. Whether it is a code is for whoever compares it. Idempotent.
 */
export const readTypedCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replaceAll(BETWEEN_GROUPS, '')
    .replaceAll(/\p{Nd}/gu, (digit) => String(valueOf(digit)));

/** Unicode 4.6: the decimal digits of a script follow one another from zero, so a digit is worth its distance from the last zero. */
function valueOf(digit: string): number {
  const at = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(at - before - 1))) before++;
  return before % 10;
}
