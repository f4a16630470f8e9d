/**
 * Normalizes user input. Phone keyboards add blanks after a word, copied text contains invisible characters, and many keyboards
 * have digits and hyphens of their own. Never for passwords: each of their characters counts.
 */

/** Blanks and invisible characters: zero-width characters, the byte order mark, directional marks. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}]/u;

/** Removes blanks and invisible characters at both ends. Idempotent. */
export function trimTyped(text: string): string {
  const characters = Array.from(text);
  const first = characters.findIndex((character) => !UNSEEN.test(character));
  if (first === -1) return '';
  const last = characters.findLastIndex((character) => !UNSEEN.test(character));
  return characters.slice(first, last + 1).join('');
}

const DIGIT = /^\p{Nd}$/u;
/**
 * Characters between groups: blanks, invisible characters, hyphens and dashes, the minus sign, and the long vowel mark on a
 * Japanese keyboard's hyphen key.
 */
const BETWEEN_GROUPS = /[\s\p{Default_Ignorable_Code_Point}\p{Pd}\u2212\u30fc]/gu;

/**
 * A one-time code in comparable characters: digits of any script as ASCII, fullwidth letters too, and nothing between the
 * groups. The caller checks whether it is a code. Idempotent.
 */
export const readTypedCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replaceAll(BETWEEN_GROUPS, '')
    .replaceAll(/\p{Nd}/gu, (digit) => String(valueOf(digit)));

/** Unicode 4.6: the decimal digits of a script are consecutive from zero, so the distance from the last zero is the value. */
function valueOf(digit: string): number {
  const at = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(at - before - 1))) before++;
  return before % 10;
}
