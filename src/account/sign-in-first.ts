import { createHash } from 'node:crypto';
import { now } from '../base/clock.js';
import { newSecret } from '../base/crypto/ids.js';
import { atLeast, PASSWORD, TWO_FACTOR } from '../base/authentication-level.js';
import type { User } from '../identity/users/user.js';
import { ACCOUNT_CALLBACK, ACCOUNT_CLIENT } from '../realm/clients/account-client.js';
import type { Proof } from '../sessions/proof.js';
import { levelOf } from '../sign-in/flow/authentication-levels.js';
import { isRecent, RECENTLY } from '../sign-in/flow/proofs.js';

/**
 * Whether the user authenticated recently enough to change something, at their own highest level. A user with a second factor
 * must have used it too; otherwise a password alone would be enough to remove it.
 */
export function isFresh(proofs: readonly Proof[], { secondFactorSince }: Pick<User, 'secondFactorSince'>): boolean {
  const level = levelOf(proofs.filter((proof) => isRecent(proof, now())));
  return level !== undefined && atLeast(level, secondFactorSince === undefined ? PASSWORD : TWO_FACTOR);
}

/**
 * The authorization request that signs a user in, or reauthenticates them, and returns them to an account page. Its code is
 * never redeemed: only the browser's new session counts. The verifier is therefore discarded, and a stolen code is worthless.
 *
 * @param base the issuer without a trailing slash
 * @param page the name of the page to return to; the callback accepts only known names
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
    // The second factor first, if there is one; without one the password is the highest level available.
    ...(again && { acr_values: `${TWO_FACTOR} ${PASSWORD}` }),
  }).toString();
  return url.href;
}
