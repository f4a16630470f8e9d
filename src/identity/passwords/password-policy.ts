import { randomInt } from 'node:crypto';
import { guessedSoon } from './password-strength.js';
import type { Profile } from '../users/profile.js';

/** Nobody types more, and nothing longer is normalised or hashed. In UTF-16 units, so that the check costs nothing. */
export const PASSWORD_LIMIT = 1024;
const SHORTEST = 8;

export type PasswordFault = 'too-long' | 'too-short' | 'is-username' | 'row' | 'common' | 'personal';

/** Each fault as a phrase after "The password". */
export const PASSWORD_FAULTS: Readonly<Record<PasswordFault, string>> = {
  'too-long': `must be at most ${PASSWORD_LIMIT} characters long`,
  'too-short': `must be at least ${SHORTEST} characters long`,
  'is-username': 'must not be the username',
  row: 'must not be a row or a repetition of a few characters',
  common:
    'is too easy to guess: it is a common password, or nearly one. Take several words that do not belong together, or let one be generated',
  personal:
    'is too easy to guess: it is made of names of the user or of this service. Take several words that do not belong together, or let one be generated',
};

/** The user whose password it is: the facts that an attacker may know. */
export interface PasswordOwner {
  readonly username: string;
  readonly email?: string;
  readonly profile?: Profile;
  /** The realm's name, as the sign-in page shows it. */
  readonly realmName?: string;
}

/** Why this can't become the password; undefined if it can. Stored passwords are never checked. */
export async function passwordFault(password: string, owner: PasswordOwner): Promise<PasswordFault | undefined> {
  if (password.length > PASSWORD_LIMIT) return 'too-long';
  const normal = password.normalize('NFKC');
  const characters = Array.from(normal);
  if (characters.length < SHORTEST) return 'too-short';
  if (plain(password) === plain(owner.username)) return 'is-username';
  if (new Set(characters).size < 4 || isRow(characters)) return 'row';
  return guessedSoon(normal, namesOf(owner));
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Each name as a whole and each of its words: `alice.liddell@wonder.example` is also alice, liddell and wonder. */
function namesOf({ username, email, profile, realmName }: PasswordOwner): readonly string[] {
  const { name, givenName, middleName, familyName, nickname } = profile ?? {};
  const names = [username, email, name, givenName, middleName, familyName, nickname, realmName, 'Gatehouse'];
  const known = names.flatMap((text) => (text === undefined ? [] : [plain(text)]));
  const words = known.flatMap((text) => text.match(/[\p{L}\p{N}]{3,}/gu) ?? []);
  return [...new Set([...known, ...words])].slice(0, MOST_WORDS);
}

/** Each is searched for in every part of the password. */
const MOST_WORDS = 30;

/** `12345678`, `hgfedcba`: all characters have the same distance from the previous one. */
function isRow(characters: readonly string[]): boolean {
  const codes = characters.map((one) => one.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return codes.every((code, i) => i === 0 || code - (codes[i - 1] ?? 0) === step);
}

/** Without letters and digits that look alike. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to be read from a screen and typed: four groups of five, 99 random bits. */
export function generatePassword(): string {
  const group = (): string => Array.from({ length: 5 }, () => READABLE[randomInt(READABLE.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
