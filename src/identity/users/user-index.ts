import type { Assignment } from '../../base/assignment.js';
import { assignmentReferences } from '../../base/assignment-references.js';
import type { User } from './user.js';

/** The fields of a user that only serve queries. Each is derived from the others, and no decision relies on them. */
export type UserIndex = Pick<User, 'state' | 'within' | 'roleIds' | 'files' | 'refersTo' | 'nextExpiry' | 'terms'>;

type IndexedUser = Pick<User, 'username' | 'profile' | 'email' | 'assignments' | 'blocks'>;

/** @param within every group above the user, direct or indirect */
export function indexOf(user: IndexedUser, within: readonly string[]): UserIndex {
  const nextExpiry = nearestEnd(user.assignments);
  return {
    state: user.blocks.length > 0 ? 'disabled' : 'active',
    within: [...within].sort(),
    roleIds: [
      ...new Set(
        user.assignments.filter((assignment) => assignment.kind === 'role').map((assignment) => assignment.target),
      ),
    ].sort(),
    files: filesOf(user.assignments),
    refersTo: assignmentReferences(user.assignments),
    ...(nextExpiry !== undefined && { nextExpiry }),
    terms: termsOf(user),
  };
}

/** The groups that these assignments lead to directly. */
export const groupsOf = (assignments: readonly Assignment[]): string[] => [
  ...new Set(
    assignments.filter((assignment) => assignment.kind === 'membership').map((assignment) => assignment.target),
  ),
];

/** The realm files that maintain some of these assignments. */
const filesOf = (assignments: readonly Assignment[]): string[] => [
  ...new Set(assignments.flatMap(({ source }) => (source?.kind === 'file' ? source.id : []))),
];

function nearestEnd(assignments: readonly Assignment[]): number | undefined {
  const ends = assignments.flatMap((assignment) => assignment.validUntil ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

const LONGEST_PREFIX = 16;
const MOST_TERMS = 256;

/** The search terms of a user: every prefix of each word of the names, and the e-mail address and its halves. */
function termsOf({ username, profile, email }: IndexedUser): string[] {
  const names = [username, profile.name, profile.givenName, profile.familyName, profile.nickname];
  const words = names.flatMap((name) => searchForm(name ?? '').split(/[^\p{L}\p{M}\p{N}]+/u));
  const terms = new Set<string>();
  if (email !== undefined) {
    const whole = searchForm(email);
    const at = whole.lastIndexOf('@');
    terms
      .add(whole)
      .add(whole.slice(0, at))
      .add(whole.slice(at + 1));
  }
  for (const word of words) {
    const characters = Array.from(word).slice(0, LONGEST_PREFIX);
    characters.forEach((_, i) => terms.add(characters.slice(0, i + 1).join('')));
  }
  return [...terms].slice(0, MOST_TERMS);
}

/** The index terms of a search: an e-mail address as a whole, otherwise the prefix of each word. */
export function searchTerms(text: string): string[] {
  const wanted = searchForm(text.trim());
  if (wanted.includes('@')) return [wanted];
  const words = wanted.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
  return words.map((word) => Array.from(word).slice(0, LONGEST_PREFIX).join(''));
}

/** The form of a word in the index and in a search. */
const searchForm = (text: string): string => text.normalize('NFKC').toLowerCase();
