import type { PresetMapping } from '../../contract/connector-kind.js';

/** The claims of OpenID Connect Core 5.1 that most providers have. */
const PERSON: PresetMapping['profile'] = [
  { field: 'name', from: 'name' },
  { field: 'givenName', from: 'given_name' },
  { field: 'familyName', from: 'family_name' },
  { field: 'email', from: 'email' },
  { field: 'picture', from: 'picture' },
];

/** Of any provider: nobody knows whether its addresses are proof. */
export const standardClaims: PresetMapping = {
  profile: [{ field: 'username', from: 'preferred_username' }, ...PERSON],
};

/** Of a provider whose names are its own, and whose `email_verified` can be believed. */
export const namedAccounts: PresetMapping = { ...standardClaims, emailTrust: 'claim' };

/**
 * Of a provider that has no names. The verified address is the name: an unverified one would look like somebody else. Without it, the
 * name is random.
 */
export const addressedAccounts: PresetMapping = {
  profile: [
    { field: 'username', join: ['email_verified', 'email'], with: ' ', pattern: 'true {}', to: '{}' },
    ...PERSON,
  ],
  emailTrust: 'claim',
};
