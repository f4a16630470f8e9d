import { createHash } from 'node:crypto';
import { now } from '../base/clock.js';
import { newSecret } from '../base/crypto/ids.js';
import { atLeast, PASSWORD, TWO_FACTOR } from '../base/authentication-level.js';
import type { User } from '../identity/users/user.js';
import { ACCOUNT_CALLBACK, ACCOUNT_CLIENT } from '../realm/clients/account-client.js';
import type { Proof } from '../sessions/proof.js';
import { levelOf } from '../sign-in/flow/authentication-levels.js';
import { RECENTLY } from '../sign-in/flow/proofs.js';

/**
 * Whether the person authenticated recently enough to change something, and at their own highest level: who has a second factor
 * has shown it too, or a password alone would be enough to take it away.
 */
export function isFresh(proofs: readonly Proof[], { secondFactorSince }: Pick<User, 'secondFactorSince'>): boolean {
  const level = levelOf(proofs.filter(({ at }) => now() - at <= RECENTLY));
  return level !== undefined && atLeast(level, secondFactorSince === undefined ? PASSWORD : TWO_FACTOR);
}

/**
 * The authorization request that signs a person in, or has them authenticate again, by the one way there is, and brings them
 * back to a page of theirs. Its code is never redeemed: only the browser's new session counts. So the verifier
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
    // In seconds.
    ...(again && { max_age: String(RECENTLY / 1000) }),
    // The second factor first, where there is one; without one the password is all that anybody can show.
    ...(again && { acr_values: `${TWO_FACTOR} ${PASSWORD}` }),
  }).toString();
  return url.href;
}
