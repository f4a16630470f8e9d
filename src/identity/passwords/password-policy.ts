import { randomInt } from 'node:crypto';
import { problem, type Problem } from '../../base/problems/problem.js';
import { guessedSoon } from './password-strength.js';
import type { Profile } from '../users/profile.js';

/** The longest password that is normalised or hashed, in UTF-16 units, so that the check costs nothing. No user types more. */
export const PASSWORD_LIMIT = 1024;
const SHORTEST = 8;

/** The user whose password it is: the facts that an attacker may know. */
export interface PasswordOwner {
  readonly username: string;
  readonly email?: string;
  readonly profile?: Profile;
  /** The realm's name, as the sign-in page shows it. */
  readonly realmName?: string;
}

/** Why this can't become the password; undefined if it can. Stored passwords are never checked. */
export async function passwordFault(password: string, owner: PasswordOwner): Promise<Problem | undefined> {
  if (password.length > PASSWORD_LIMIT) return problem('password-too-long', [], { most: PASSWORD_LIMIT });
  const normal = password.normalize('NFKC');
  const characters = Array.from(normal);
  if (characters.length < SHORTEST) return problem('password-too-short', [], { least: SHORTEST });
  if (plain(password) === plain(owner.username)) return problem('password-is-username', [], {});
  if (new Set(characters).size < 4 || isRow(characters)) return problem('password-row', [], {});
  const guessed = await guessedSoon(normal, namesOf(owner));
  return guessed && problem(`password-${guessed}`, [], {});
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
