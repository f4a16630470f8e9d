import type { Hashed } from '../../base/crypto/hash-of.js';
import { rows } from '../../base/paging.js';
import type { UpstreamProof } from '../../sessions/proof.js';
import type { Realm } from '../../storage/store.js';
import { replace, type Write } from '../../storage/write.js';
import { interactions, isWaiting, overOf } from './interaction-document.js';

/**
 * The writes that end the requests which wait with a sign-in elsewhere that has ended there. Their people are told to start again: a second
 * factor, or a consent, would make a session of it.
 *
 * @param name of the sign-ins, as in a proof
 */
export async function endWaiting(
  realm: Realm,
  name: Hashed,
  hasEnded: (signIn: UpstreamProof) => boolean,
): Promise<readonly Write[]> {
  const writes: Write[] = [];
  const found = rows((page) => realm.of(interactions).find('byUpstreamName', { upstreamNames: name }, page));
  for await (const { version, ...interaction } of found) {
    if (!isWaiting(interaction) || interaction.upstreams?.some(hasEnded) !== true) continue;
    writes.push(replace(interactions, overOf(interaction), version));
  }
  return writes;
}
