import { z } from 'zod';
import { CLOCKS_DIFFER, now, seconds } from '../../base/clock.js';
import { ProviderFailure, type ProviderReason } from './client/faults.js';
import type { PendingSignIn } from './client/pending-sign-in.js';
import { CLOCK_SKEW } from './provider.js';
import { idText } from './subject-of-token.js';

/** What clocks may differ by where a person's sign-in is judged, in seconds. */
const AUTH_SKEW = 60;
const LONGEST_LEVEL = 255;
const LONGEST_SESSION = 255;

const instant = z.number().min(0).max(1e11);

/** Too many, or one that is no text, say nothing. */
const methods = z.array(z.string().min(1).max(LONGEST_LEVEL)).max(50);

export interface CheckedIdToken {
  /** `sub`. */
  readonly sub: string;
  /** In seconds. */
  readonly authTime?: number;
  readonly level?: string;
  /** Core 2, `amr`. */
  readonly methods?: readonly string[];
  /** `sid`: the session at the provider (Back-Channel Logout 1.0 2.1). */
  readonly session?: string;
}

/**
 * What the library leaves to its callers, of an ID token whose signature, issuer, audience, nonce and end it has verified.
 *
 * @throws ProviderFailure if the token is not for this sign-in
 */
export function checkIdToken(
  claims: Readonly<Record<string, unknown>>,
  clientId: string,
  pending: PendingSignIn,
): CheckedIdToken {
  const { azp, acr, sid } = claims;
  const sub = idText.safeParse(claims['sub']);
  const amr = methods.safeParse(claims['amr']).data;
  if (!sub.success) throw new ProviderFailure('subject-invalid');
  // Core 3.1.3.7, 5: a token that was made for another client, and names this one too.
  if (azp !== undefined && azp !== clientId) throw new ProviderFailure('token-audience');
  const issuedAt = instant.safeParse(claims['iat']).data;
  if (issuedAt === undefined) throw new ProviderFailure('token-invalid');
  if (seconds(issuedAt - CLOCK_SKEW) > now()) throw new ProviderFailure('token-from-future');
  // Nobody knew the nonce before the sign-in began.
  if (seconds(issuedAt) + CLOCKS_DIFFER < pending.begunAt) throw new ProviderFailure('token-too-old');
  const authTime = instant.safeParse(claims['auth_time']).data;
  const fault = authTimeFault(authTime, pending);
  if (fault) throw new ProviderFailure(fault);
  return {
    sub: sub.data,
    ...(authTime !== undefined && { authTime }),
    ...(typeof acr === 'string' && acr !== '' && acr.length <= LONGEST_LEVEL && { level: acr }),
    ...(amr && { methods: amr }),
    ...(typeof sid === 'string' && sid !== '' && sid.length <= LONGEST_SESSION && { session: sid }),
  };
}

/** Whether the person signed in there as recently as the request asked for with `max_age`, counted from the request (Core 3.1.2.1). */
function authTimeFault(
  authTime: number | undefined,
  { begunAt, maxAgeSeconds }: PendingSignIn,
): ProviderReason | undefined {
  if (maxAgeSeconds === undefined) return undefined;
  if (authTime === undefined) return 'auth-time-missing';
  // A time that is still to come proves nothing.
  if (seconds(authTime - AUTH_SKEW) > now()) return 'token-from-future';
  return seconds(authTime + maxAgeSeconds + AUTH_SKEW) < begunAt ? 'auth-too-old' : undefined;
}
