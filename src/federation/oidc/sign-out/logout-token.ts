import { z } from 'zod';
import { type Instant, minutes, now, seconds } from '../../../base/clock.js';
import type { SignedOutThere } from '../../contract/redirect-connector.js';
import { CLOCK_SKEW } from '../provider.js';
import { subjectIn } from '../subject-of-token.js';

/** Why a logout token has no effect. For the log. */
export const LOGOUT_REFUSALS = [
  'logout-malformed',
  'logout-type',
  'logout-algorithm',
  'logout-signature',
  'logout-issuer',
  'logout-audience',
  'logout-time',
  'logout-event',
  'logout-nonce',
  'logout-subject',
] as const;

export type LogoutRefusal = (typeof LOGOUT_REFUSALS)[number];

/** OpenID Connect Back-Channel Logout 1.0 2.4. */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Older ones are refused, whatever they say of their end: so long is remembered which ones were used. Providers let them live for some minutes. */
const LONGEST_LIFE = minutes(10);

/** In characters. */
const LONGEST_NAME = 255;

/** A JWT of no other kind. Providers write `logout+jwt` (2.4), `JWT`, or nothing. */
const TYPES: readonly (string | undefined)[] = [undefined, 'jwt', 'logout+jwt', 'application/logout+jwt'];

const instant = z.number().min(0).max(1e11);
const name = z.string().min(1).max(LONGEST_NAME);

const times = z.looseObject({ iat: instant, exp: instant });
const names = z.looseObject({ sub: name.optional(), sid: name.optional(), jti: name });
const event = z.looseObject({ [EVENT]: z.looseObject({}) });
const audience = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

type JwtPart = Readonly<Record<string, unknown>>;

interface ExpectedOfLogout {
  readonly clientId: string;
  readonly isIssuer: (issuer: string) => boolean;
  readonly idClaims: readonly string[];
}

/**
 * Checks everything but the signature and its algorithm (Back-Channel Logout 1.0 2.6), without a request: what can't be right is refused
 * before the provider is asked for anything.
 *
 * A token may name the session alone (2.4). One without the claims by which the settings know people does no more than that: its `sub` may
 * be the id of somebody else.
 *
 * @param isIssuer whether this is the provider's name for itself
 * @param idClaims the claims that say who somebody is
 */
export function checkLogoutToken(
  header: JwtPart,
  claims: JwtPart,
  { clientId, isIssuer, idClaims }: ExpectedOfLogout,
): SignedOutThere | LogoutRefusal {
  const { typ } = header;
  if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : undefined)) return 'logout-type';
  if (typeof claims['iss'] !== 'string' || !isIssuer(claims['iss'])) return 'logout-issuer';
  if (audience.safeParse(claims['aud']).data?.includes(clientId) !== true) return 'logout-audience';
  const time = times.safeParse(claims).data;
  if (!time || !isTimely(seconds(time.iat), seconds(time.exp))) return 'logout-time';
  if (!event.safeParse(claims['events']).success) return 'logout-event';
  // 2.4 forbids it, so that no ID token passes for a logout token.
  if ('nonce' in claims) return 'logout-nonce';
  const named = names.safeParse(claims).data;
  const subject = subjectIn(new Map(Object.entries(claims)), idClaims);
  if (!named) return 'logout-subject';
  const { sid, jti } = named;
  const once = { id: jti, expiresAt: seconds(time.iat + CLOCK_SKEW) + LONGEST_LIFE };
  if (subject !== undefined)
    return { who: { by: 'subject', name: subject }, ...(sid !== undefined && { sessions: [sid] }), once };
  return sid === undefined ? 'logout-subject' : { who: { by: 'sign-out-name', name: sid }, once };
}

function isTimely(issuedAt: Instant, expiresAt: Instant): boolean {
  const skew = seconds(CLOCK_SKEW);
  const at = now();
  return issuedAt <= at + skew && issuedAt + LONGEST_LIFE + skew > at && expiresAt + skew > at;
}
