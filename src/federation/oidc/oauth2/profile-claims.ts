import type { JsonClaims } from '../client/claim-values.js';
import { profileEmail, type ProvidedEmail } from './email-claims.js';
import { valueAt } from './json-path.js';
import { type OAuth2Settings, RESERVED_CLAIMS } from './oauth2-settings.js';

interface ReadProfile {
  readonly subject: string;
  readonly profile: ReadonlyMap<string, unknown>;
  /** Of a list of addresses. */
  readonly address: ProvidedEmail | undefined;
}

/**
 * What is known of a person, under the names of OpenID Connect, and every other member of the profile under its own. The address and
 * whether it is verified come from the rules for addresses alone, whatever else the provider calls so. Pure.
 */
export function profileClaims(
  { claims, email }: OAuth2Settings['subject'],
  { subject, profile, address }: ReadProfile,
): JsonClaims {
  const source: unknown = Object.fromEntries(profile);
  const known = new Map([...profile].filter(([name]) => !RESERVED_CLAIMS.has(name)));
  for (const { name, from } of claims) known.set(name, valueAt(source, from));
  const mail = address ?? (email && profileEmail(source, email));
  if (mail) known.set('email', mail.address).set('email_verified', mail.isVerified);
  return known.set('sub', subject);
}
