import { randomInt } from 'node:crypto';

/** No one types more, and nothing longer is normalised or hashed. In UTF-16 units, so that the check costs nothing. */
export const PASSWORD_LIMIT = 1024;
const SHORTEST = 8;

/** Why this can't become the password, as a phrase ("must be at least 8 characters long"); undefined: it can. */
export function passwordRefusal(password: string, username: string): string | undefined {
  if (password.length > PASSWORD_LIMIT) return `must be at most ${PASSWORD_LIMIT} characters long`;
  const characters = Array.from(password.normalize('NFKC'));
  if (characters.length < SHORTEST) return `must be at least ${SHORTEST} characters long`;
  const plain = (text: string): string => text.normalize('NFKC').toLowerCase();
  if (plain(password) === plain(username)) return 'must not be the username';
  if (new Set(characters).size < 4 || isRow(characters)) return 'must not be a row or a repetition of a few characters';
  return undefined;
}

/** `12345678`, `hgfedcba`: each character as far from the one before. */
function isRow(characters: readonly string[]): boolean {
  const codes = characters.map((one) => one.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return codes.every((code, i) => i === 0 || code - (codes[i - 1] ?? 0) === step);
}

/** Without letters and digits that are taken for one another. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to be read from a screen and typed: four groups of five, 99 random bits. */
export function generatePassword(): string {
  const group = (): string => Array.from({ length: 5 }, () => READABLE[randomInt(READABLE.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
