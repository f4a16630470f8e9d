import { foldIdentifier, newUsernameFault } from '../../identity/identifiers/normalize-identifier.js';
import { lookalikeFault } from '../../identity/identifiers/lookalike-usernames.js';
import { isLookalike, skeletonOf } from '../../identity/identifiers/name-skeleton.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { Problem } from '../read/problem.js';
import type { RealmFile } from '../read/read-realm-file.js';

/** The problems of new usernames in the file. Stored ones stay as they are. */
export function checkUsernames(
  { content, problem }: RealmFile,
  current: Pick<CurrentRealm, 'users' | 'lookalikes'>,
): readonly Problem[] {
  const named = new Map<string, string[]>();
  for (const { username } of content.users) {
    const skeleton = skeletonOf(foldedOf(username));
    named.set(skeleton, [...(named.get(skeleton) ?? []), username]);
  }
  return content.users.flatMap(({ username }, i) => {
    if (current.users.has(username)) return [];
    const alike = named.get(skeletonOf(foldedOf(username))) ?? [];
    const other =
      alike.find((each) => isLookalike(foldedOf(username), foldedOf(each))) ?? current.lookalikes.get(username);
    const fault = newUsernameFault(username) ?? (other === undefined ? undefined : lookalikeFault(other));
    return fault === undefined ? [] : [problem(['users', i, 'username'], `A username ${fault}`)];
  });
}

function foldedOf(username: string): string {
  const folded = foldIdentifier(username);
  return folded.ok ? folded.value : username;
}
