import type { Edge } from '../../base/assignment.js';
import { edgeReferences } from '../../base/assignment-references.js';
import type { User } from './user.js';

/** The fields of a user that only serve to find it; each follows from the others, and no decision trusts them. */
export type UserIndex = Pick<User, 'within' | 'roleIds' | 'files' | 'refersTo' | 'nextExpiry' | 'terms'>;

type Named = Pick<User, 'username' | 'profile' | 'email' | 'edges'>;

/** @param within every group above the user, however far */
export function indexOf(user: Named, within: readonly string[]): UserIndex {
  const nextExpiry = nearestEnd(user.edges);
  return {
    within: [...within].sort(),
    roleIds: [...new Set(user.edges.filter((edge) => edge.kind === 'role').map((edge) => edge.target))].sort(),
    files: filesOf(user.edges),
    refersTo: edgeReferences(user.edges),
    ...(nextExpiry !== undefined && { nextExpiry }),
    terms: termsOf(user),
  };
}

/** The groups that these edges lead to directly. */
export const groupsOf = (edges: readonly Edge[]): string[] => [
  ...new Set(edges.filter((edge) => edge.kind === 'membership').map((edge) => edge.target)),
];

/** The realm files that keep some of these assignments. */
const filesOf = (edges: readonly Edge[]): string[] => [
  ...new Set(edges.flatMap(({ source }) => (source?.kind === 'file' ? source.id : []))),
];

function nearestEnd(edges: readonly Edge[]): number | undefined {
  const ends = edges.flatMap((edge) => edge.validUntil ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

const LONGEST_PREFIX = 16;
const MOST_TERMS = 256;

/** What a search finds the user by: every beginning of each word of the names, and the e-mail address and its halves. */
function termsOf({ username, profile, email }: Named): string[] {
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

/** What of a search is looked up in the index: an e-mail address whole, else the beginning of each word. */
export function searchTerms(text: string): string[] {
  const wanted = searchForm(text.trim());
  if (wanted.includes('@')) return [wanted];
  const words = wanted.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
  return words.map((word) => Array.from(word).slice(0, LONGEST_PREFIX).join(''));
}

/** How a word is written in the index, and must be in a search. */
const searchForm = (text: string): string => text.normalize('NFKC').toLowerCase();
