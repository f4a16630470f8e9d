import { generateKeyPairSync } from 'node:crypto';
import * as documents from './discovery-documents.js';
import type { DiscoveryDocument } from './discovery-documents.js';
import type { WrittenPreset } from './preset-connector.js';
import type { Claims } from './preset-provider.js';

export const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
export const OTHER_TENANT = '5c3b0d52-96f8-4c7e-a4a1-2f7b1e0c9d11';
export const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const APPLE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const APPLE_CONNECTION = { teamId: 'TEAM123456', keyId: 'KEY7654321' };

/** One person as a provider tells of them, and what an administrator writes. */
export interface PresetCase {
  readonly preset: string;
  readonly document: DiscoveryDocument;
  readonly written: WrittenPreset & { readonly secret?: string };
  /** In the ID token. */
  readonly idToken: Claims;
  readonly userinfo?: Claims;
  readonly knowsNonce?: false;
  readonly knowsPkce?: false;
  /** The claims that say who somebody is: `sub` when absent. */
  readonly idClaims?: readonly string[];
  /** How it says that a person pressed "Cancel": `access_denied` when absent. */
  readonly cancelled?: readonly string[];
  readonly subject: string;
  /** Absent: it has a random name. */
  readonly username?: string;
  readonly email: string;
  /** What is told of a person whose address nobody verified. */
  readonly unverified: Claims;
}

const person = { name: 'Bea Example', given_name: 'Bea', family_name: 'Example' };
const unverified = { email_verified: false };

const entra = (tid: string) => ({
  ...{ tid, oid: '00000000-0000-0000-66f3-3332eca7ea81', sub: 'pairwise-of-this-application', ver: '2.0' },
  ...{ name: person.name, preferred_username: 'bea@contoso.example', email: 'bea@contoso.example', xms_edov: true },
});

export const CASES: readonly PresetCase[] = [
  {
    preset: 'google',
    document: documents.GOOGLE,
    written: {},
    idToken: { sub: '110169484474386276334', email: 'bea@gmail.com', email_verified: true, ...person },
    ...{ subject: '110169484474386276334', username: 'bea@gmail.com', email: 'bea@gmail.com', unverified },
  },
  {
    preset: 'microsoft',
    document: documents.microsoftDocument(TENANT, TENANT, TENANT),
    written: { connection: { tenants: [TENANT] } },
    idToken: entra(TENANT),
    idClaims: ['tid', 'oid'],
    subject: `${TENANT}:00000000-0000-0000-66f3-3332eca7ea81`,
    ...{ username: 'bea@contoso.example', email: 'bea@contoso.example', unverified: { xms_edov: undefined } },
  },
  {
    preset: 'microsoft-tenants',
    document: documents.microsoftDocument('organizations', '{tenantid}', TENANT),
    written: { connection: { tenants: [OTHER_TENANT, TENANT] } },
    idToken: entra(TENANT),
    idClaims: ['tid', 'oid'],
    subject: `${TENANT}:00000000-0000-0000-66f3-3332eca7ea81`,
    ...{ username: 'bea@contoso.example', email: 'bea@contoso.example', unverified: { xms_edov: undefined } },
  },
  {
    preset: 'microsoft-personal',
    document: documents.microsoftDocument(PERSONAL, PERSONAL, PERSONAL),
    written: {},
    idToken: entra(PERSONAL),
    idClaims: ['tid', 'oid'],
    subject: `${PERSONAL}:00000000-0000-0000-66f3-3332eca7ea81`,
    ...{ username: 'bea@contoso.example', email: 'bea@contoso.example', unverified: { xms_edov: undefined } },
  },
  {
    preset: 'apple',
    cancelled: ['user_cancelled_authorize'],
    document: documents.APPLE,
    written: { connection: APPLE_CONNECTION, secret: APPLE_KEY },
    idToken: { sub: '001234.abcdef0123456789.1234', email: 'bea@icloud.com', email_verified: 'true' },
    ...{ subject: '001234.abcdef0123456789.1234', username: 'bea@icloud.com', email: 'bea@icloud.com' },
    unverified: { email_verified: 'false' },
  },
  {
    preset: 'gitlab',
    document: documents.GITLAB,
    written: {},
    idToken: { sub: '4711', ...person, nickname: 'bea', preferred_username: 'bea', groups_direct: ['crew'] },
    userinfo: { sub: '4711', email: 'bea@example.com', email_verified: true, groups: ['crew', 'crew/deck'] },
    ...{ subject: '4711', username: 'bea', email: 'bea@example.com', unverified },
  },
  {
    preset: 'linkedin',
    cancelled: ['user_cancelled_login', 'user_cancelled_authorize'],
    document: documents.LINKEDIN,
    written: {},
    idToken: { sub: '782bbtaQ', ...person, email: 'bea@example.com', email_verified: 'true' },
    userinfo: { sub: '782bbtaQ', ...person, locale: { country: 'US', language: 'en' } },
    ...{ knowsNonce: false, knowsPkce: false },
    ...{ subject: '782bbtaQ', username: 'bea@example.com', email: 'bea@example.com', unverified },
  },
  {
    preset: 'discord',
    document: documents.DISCORD,
    written: {},
    idToken: { sub: '80351110224678912' },
    userinfo: {
      ...{
        sub: '80351110224678912',
        nickname: 'Bea',
        preferred_username: 'bea.example',
        picture: 'https://cdn.test/1',
      },
      ...{ email: 'bea@example.com', email_verified: true, locale: 'en-US' },
    },
    ...{ subject: '80351110224678912', username: 'bea.example', email: 'bea@example.com', unverified },
  },
  {
    preset: 'slack',
    document: documents.SLACK,
    written: {},
    idToken: {
      ...{ sub: 'U0R7MFMJM', 'https://slack.com/team_id': 'T0R7GR', 'https://slack.com/user_id': 'U0R7MFMJM' },
      ...{ email: 'bea@example.com', email_verified: true, ...person, locale: 'en-US' },
    },
    userinfo: { ok: true, sub: 'U0R7MFMJM', picture: 'https://avatars.test/1' },
    idClaims: ['https://slack.com/team_id', 'sub'],
    ...{ subject: 'T0R7GR:U0R7MFMJM', username: 'bea@example.com', email: 'bea@example.com', unverified },
  },
  {
    preset: 'okta',
    document: documents.OKTA,
    written: { connection: { issuer: documents.OKTA.issuer } },
    idToken: {
      sub: '00uid4BxXw6I6TV4m0g3',
      ...person,
      preferred_username: 'bea@example.com',
      groups: ['Everyone', 'crew'],
    },
    userinfo: { sub: '00uid4BxXw6I6TV4m0g3', email: 'bea@example.com', email_verified: true },
    ...{ subject: '00uid4BxXw6I6TV4m0g3', username: 'bea@example.com', email: 'bea@example.com', unverified },
  },
  {
    preset: 'auth0',
    document: documents.AUTH0,
    written: { connection: { issuer: documents.AUTH0.issuer } },
    idToken: {
      sub: 'google-oauth2|103547991597142817347',
      ...person,
      nickname: 'bea',
      email: 'bea@example.com',
      email_verified: true,
    },
    userinfo: { sub: 'google-oauth2|103547991597142817347' },
    ...{
      subject: 'google-oauth2|103547991597142817347',
      username: 'bea@example.com',
      email: 'bea@example.com',
      unverified,
    },
  },
  {
    preset: 'keycloak',
    document: documents.KEYCLOAK,
    written: { connection: { issuer: documents.KEYCLOAK.issuer } },
    idToken: {
      ...{ sub: '2a8d0c3e-9a4f-4a34-9d0e-6d1b5f7c2a11', ...person, preferred_username: 'bea' },
      ...{ email: 'bea@example.com', email_verified: true, groups: ['/crew', '/crew/deck'], acr: '1' },
    },
    userinfo: { sub: '2a8d0c3e-9a4f-4a34-9d0e-6d1b5f7c2a11' },
    ...{ subject: '2a8d0c3e-9a4f-4a34-9d0e-6d1b5f7c2a11', username: 'bea', email: 'bea@example.com', unverified },
  },
];

/** @throws if there is no such case, which is a mistake of the test */
export function caseOf(preset: string): PresetCase {
  const found = CASES.find((one) => one.preset === preset);
  if (!found) throw new Error(preset);
  return found;
}
