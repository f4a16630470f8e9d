import { z } from 'zod';
import { isPrototypeName } from '../../base/text/prototype-names.js';
import type { JsonClaims } from './client/claim-values.js';

const domain = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/)
  .max(253);

/**
 * - `claim`: the provider says so by `email_verified` (Core 5.1).
 * - `xms_edov`: Microsoft says that the owner of the domain was verified.
 * - `never`: no address of this provider is proof.
 * - `domains`: as `claim`, and the provider answers for the address, which is at one of its own domains, or comes with the claim `orClaim`.
 */
export const verifiedEmailInput = z.union([
  z.enum(['claim', 'xms_edov', 'never']),
  z.strictObject({
    domains: z.array(domain).min(1).max(100),
    orClaim: z
      .string()
      .min(1)
      .max(255)
      .refine((name) => !isPrototypeName(name))
      .exactOptional(),
  }),
]);

export type VerifiedEmailRule = z.output<typeof verifiedEmailInput>;

/** Claims that are about the address beside them. */
const ABOUT_THE_ADDRESS = ['email_verified', 'xms_edov'];

/**
 * The claims of both, and those of the ID token first, since they are signed. What is said of an address is taken from where the address
 * comes from, so that nothing vouches for another address.
 */
export function mergedClaims(idToken: JsonClaims, userinfo: JsonClaims): JsonClaims {
  const merged = new Map([...userinfo, ...idToken]);
  const [named, other] = idToken.has('email') ? [idToken, userinfo] : [userinfo, idToken];
  const isSame = named.get('email') === other.get('email');
  for (const name of ABOUT_THE_ADDRESS) {
    const value = named.get(name) ?? (isSame ? other.get(name) : undefined);
    if (value === undefined) merged.delete(name);
    else merged.set(name, value);
  }
  return merged;
}

/** The claims with `email_verified` as the rule has it. Nothing that reads them later can trust an address more than that. */
export function withVerifiedEmail(claims: JsonClaims, rule: VerifiedEmailRule): JsonClaims {
  const isTold = claims.has('email_verified');
  const isVerified = judge(claims, rule);
  return isTold || isVerified ? new Map([...claims, ['email_verified', isVerified]]) : claims;
}

function judge(claims: JsonClaims, rule: VerifiedEmailRule): boolean {
  const isSaid = isTrue(claims.get('email_verified'));
  if (rule === 'claim') return isSaid;
  if (rule === 'never') return false;
  const email = claims.get('email');
  if (typeof email !== 'string') return false;
  const address = email.toLowerCase();
  if (rule === 'xms_edov')
    return isOwnedDomain(claims.get('xms_edov')) || listed(claims.get('verified_primary_email'), address);
  const { domains, orClaim } = rule;
  const isOwn = domains.includes(address.slice(address.lastIndexOf('@') + 1));
  return isSaid && (isOwn || (orClaim !== undefined && isText(claims.get(orClaim))));
}

/** Apple writes it as a text, too. */
const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** Microsoft writes it as a number, too. */
const isOwnedDomain = (value: unknown): boolean => isTrue(value) || value === 1 || value === '1';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const listed = (value: unknown, address: string): boolean =>
  Array.isArray(value) && value.some((each: unknown) => typeof each === 'string' && each.toLowerCase() === address);
