import type { Hashed } from '../../base/crypto/hash-of.js';
import { rows } from '../../base/paging.js';
import type { UpstreamProof } from '../../sessions/proof.js';
import type { Realm } from '../../storage/store.js';
import { remove, type Write } from '../../storage/write.js';
import { upstreamAnswers } from './upstream-answer.js';

/** The writes that take away the answers of this name which still wait for their browser, and prove a sign-in that has ended there. */
export async function endingAnswers(
  realm: Realm,
  signOutName: Hashed,
  hasEnded: (signIn: Pick<UpstreamProof, 'signOutName' | 'upstreamSession'>) => boolean,
): Promise<readonly Write[]> {
  const writes: Write[] = [];
  for await (const answer of rows((page) => realm.of(upstreamAnswers).find('bySignOutName', { signOutName }, page)))
    if (hasEnded(answer)) writes.push(remove(upstreamAnswers, answer.id));
  return writes;
}
