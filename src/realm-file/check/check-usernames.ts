import { below, problem } from '../../base/problems/problem.js';
import { foldIdentifier, newUsernameFault } from '../../identity/identifiers/normalize-identifier.js';
import { isLookalike, skeletonOf } from '../../identity/identifiers/name-skeleton.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { FileProblem } from '../read/problem.js';
import type { RealmFile } from '../read/read-realm-file.js';

/** The problems of new usernames in the file. Stored ones stay as they are. */
export function checkUsernames(
  { content, locate }: RealmFile,
  current: Pick<CurrentRealm, 'users' | 'lookalikes'>,
): readonly FileProblem[] {
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
    const alikeFault = other === undefined ? undefined : problem('username-lookalike', [], { other });
    const fault = newUsernameFault(username) ?? alikeFault;
    return fault ? [locate(below(['users', i, 'username'], fault))] : [];
  });
}

function foldedOf(username: string): string {
  const folded = foldIdentifier(username);
  return folded.ok ? folded.value : username;
}
