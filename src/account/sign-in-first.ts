import { createHash } from 'node:crypto';
import { minutes, now } from '../base/clock.js';
import { newSecret } from '../base/ids.js';
import { ACCOUNT_CALLBACK, ACCOUNT_CLIENT } from '../realm/account-client.js';
import type { Proof } from '../sessions/proof.js';

/** Nothing is changed by who authenticated longer ago. */
const FRESH_FOR = minutes(5);

/** Whether the person authenticated recently enough to change something. */
export const isFresh = (proofs: readonly Proof[]): boolean => proofs.some(({ at }) => now() - at <= FRESH_FOR);

/**
 * The authorization request that signs a person in, or has them authenticate again, by the one way there is, and brings them
 * back to a page of theirs. Nobody redeems its code: the session that the browser has by then is what counts. So the verifier
 * is thrown away, and whoever gets hold of the code has nothing.
 *
 * @param base the issuer without a trailing slash
 * @param page the name of the page to come back to; the callback takes none that it doesn't know
 */
export function signInUrl(base: string, page: string, { again }: { readonly again: boolean }): string {
  const url = new URL(`${base}/auth`);
  url.search = new URLSearchParams({
    client_id: ACCOUNT_CLIENT,
    response_type: 'code',
    redirect_uri: `${base}${ACCOUNT_CALLBACK}`,
    scope: 'openid',
    state: page,
    code_challenge: createHash('sha256').update(newSecret()).digest('base64url'),
    code_challenge_method: 'S256',
    // In seconds. Who shows a second factor because it is asked for has authenticated by that too.
    ...(again && { max_age: String(FRESH_FOR / 1000) }),
  }).toString();
  return url.href;
}
