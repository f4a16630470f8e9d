import { generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import type { ConnectorKind } from '../../src/federation/contract/connector-kind.js';

const jwk = (...pair: ['ec', { namedCurve: string }] | ['ed25519'] | ['rsa', { modulusLength: number }]) => {
  const { publicKey } = generateKeyPairSync(...(pair as ['ec', { namedCurve: string }]));
  return publicKey.export({ format: 'jwk' });
};
const terms = (more: object) => ({
  ...more,
  validFrom: '2026-01-01T00:00:00+01:00',
  validUntil: '2027-01-01T00:00:00Z',
  reason: 'a trial',
  limitations: [{ kind: 'client', values: ['shop'] }],
});
/** Assignments, in each notation. */
const given = {
  roles: ['reader', terms({ role: 'seller' })],
  permissions: [
    { resourceServer: 'https://shop.example', permission: 'shop:read' },
    terms({ resourceServer: 'https://shop.example', permission: 'shop:*' }),
  ],
};
const login = { authentication: 'none', redirectUris: ['https://shop.example/callback'] };

const LOGO = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`;

/** A realm file, as plain values, that is right and says something in every field that there is. */
export const wholeRealm = {
  name: 'shop',
  managed: true,
  settings: {
    name: 'Shop people',
    locale: 'en',
    colours: { accent: '#2a6357', accentDark: '#8fd3c3' },
    logo: { light: 'none', dark: 'auto' },
    session: { idleSeconds: 600, absoluteSeconds: 6000 },
    rememberedSession: { idleSeconds: 600, absoluteSeconds: 6000 },
    secondFactor: { ask: 'when-required', enrolment: 'closed' },
    pkce: 'required',
    idTokenAlgorithm: 'PS256',
    signOutQuestion: 'always',
    refreshTokenIdleSeconds: 600,
    keys: { rotateEveryDays: 30, publishSeconds: 3600 },
    audit: {
      tokenIssue: 'each',
      retention: [{ kinds: ['token.issued'], days: 90 }],
      streams: [
        {
          name: 'siem',
          url: 'https://siem.example.com/records',
          kinds: ['sign-in'],
          personal: false,
          from: 'now',
          secretVersion: 2,
        },
      ],
    },
    passwordHash: { scheme: 'argon2id', bcryptCost: 11, argon2MemoryKiB: 19_456, argon2Passes: 2 },
    contact: { text: 'Help desk', link: 'mailto:help@people.test' },
    attributeClaims: [{ attribute: 'department', claim: 'department', scope: 'profile', multiple: true }],
  },
  resourceServers: [
    {
      identifier: 'https://shop.example',
      name: 'Shop',
      permissions: [
        { name: 'shop:read', renamedFrom: 'shop:see', description: 'See what there is' },
        { name: 'shop:write', implies: ['shop:read'] },
        { name: 'shop:close' },
      ],
      implications: [{ permission: 'shop:close', implies: ['shop:write'] }],
      trustedFor: ['address'],
      claims: [
        { value: 'roles', claim: 'shop_roles', format: 'text', separator: ',', only: ['sell*'], prefix: 'shop-' },
      ],
      acceptsReferences: true,
      auditDecisions: 'denied',
      accessTokenSeconds: 300,
      tokenFormat: 'jwt',
      algorithm: 'ES256',
      jwtType: 'JWT',
      userinfo: false,
      instances: [{ type: 'order', id: '17', within: ['sales'], attributes: [{ name: 'status', value: 'open' }] }],
    },
  ],
  roles: [
    {
      name: 'reader',
      renamedFrom: 'lector',
      policies: [{ resourceServer: 'https://shop.example', permission: 'shop:read' }],
    },
    {
      name: 'seller',
      aliases: ['sales person'],
      description: 'Sells.',
      audience: { client: 'shop' },
      includes: ['reader'],
      excludes: ['auditor'],
      requiredLevel: 'urn:gatehouse:acr:two-factor',
      policies: [
        {
          resourceServer: 'https://shop.example',
          permission: 'shop:write',
          limitations: [
            { kind: 'attribute', values: ['department=sales'] },
            { kind: 'client', values: ['shop'] },
            { kind: 'connector', values: ['corp', 'primary'] },
            { kind: 'country', values: ['DE'] },
            { kind: 'expression', values: ['resource.amount < 100.0'] },
            { kind: 'group', values: ['sales'] },
            { kind: 'level', values: ['urn:gatehouse:acr:two-factor within 300'] },
            { kind: 'network', values: ['10.0.0.0/8'] },
            { kind: 'owner', values: ['self'] },
            { kind: 'resource', values: ['status=open'] },
            { kind: 'sessions', values: ['2'] },
            { kind: 'time', values: ['Mon-Fri 09:00-17:00 Europe/Berlin'] },
            { kind: 'userstore', values: ['primary'] },
            { kind: 'within', values: ['sales'] },
          ],
        },
      ],
    },
    { name: 'auditor', audience: { resourceServer: 'https://shop.example' } },
  ],
  groups: [
    { name: 'everybody here', description: 'All of us.' },
    { name: 'sales', groups: ['everybody here', terms({ group: 'staff' })], ...given },
    { name: 'staff', renamedFrom: 'crew' },
    { name: 'gold', type: 'customer-group' },
    { name: 'regulars', type: 'segment', segmentGroup: 'behaviour', rule: 'behaviour.count("purchase", 30) >= 3' },
  ],
  connectors: [
    {
      id: 'corp',
      displayName: 'Example Corp',
      kind: 'quiet',
      preset: 'common',
      enabled: true,
      order: 10,
      domains: [{ name: 'corp.example', enforce: true, except: ['chief'] }],
      connection: { mode: 'fast' },
      subject: { by: 'uid' },
      secret: '${BIND_PASSWORD}',
      secretExpiresAt: '2030-01-31',
      mapping: {
        profile: [
          { field: 'username', from: 'uid', pattern: '{}@corp.example', to: '{}', case: 'lower' },
          { field: 'name', join: ['givenname', 'sn'], with: ' ' },
          { field: 'attributes.department', split: 'ou', at: ',', take: 0 },
          { field: 'locale', constant: 'de' },
          { field: 'email', from: 'email' },
          { field: 'nickname', expression: 'claims.uid[0]' },
          { field: 'familyName', from: 'surname' },
        ],
        groups: [
          { exact: 'sales', to: { role: 'reader' } },
          { dn: 'cn=sales,ou=groups', to: { group: 'sales' } },
          { prefix: 'app-', to: { group: '{}' }, for: ['sales'] },
          { pattern: 'app-{}', to: { role: '{}' }, for: ['reader'] },
          { exact: 'staff', to: { role: 'seller' } },
          { exact: 'managers', to: { mirror: true } },
        ],
        level: [
          { from: 'mfa', to: 'urn:gatehouse:acr:two-factor' },
          { amr: 'otp', to: 'urn:gatehouse:acr:two-factor' },
        ],
        emailTrust: 'claim',
      },
      provisioning: { mode: 'create', update: 'always', require: ['email', 'attributes.office'] },
      linking: 'never',
      rules: { domains: ['corp.example'], claims: [{ claim: 'ou', values: ['sales', 'it'] }] },
      writeBack: { fields: ['familyName'], password: 'own-and-reset' },
      accessLasts: 7200,
      recheckAfter: 600,
      afterWrongPassword: 'next',
      lockout: { failures: 5, minutes: 30 },
      sync: { every: 60, full: 12, limits: { count: 20, percent: 2.5 } },
      leavers: { after: 60, then: 'remove' },
    },
    { id: 'other', displayName: 'Other', kind: 'quiet', provisioning: { update: ['email'] } },
    { id: 'elsewhere', displayName: 'Elsewhere', kind: 'away', logo: LOGO, rules: { maxAge: 3600 } },
  ],
  clients: [
    {
      id: 'shop',
      name: 'The shop',
      applicationType: 'web',
      ...login,
      postLogoutRedirectUris: ['https://shop.example/bye'],
      grantTypes: ['authorization_code', 'refresh_token'],
      firstParty: true,
      scopes: ['openid', 'roles', 'groups'],
      resourceServers: ['https://shop.example'],
      defaultResourceServer: 'https://shop.example',
      idTokenAlgorithm: 'ES256',
      idTokenClaims: 'requested',
      subjectType: 'pairwise',
      sectorIdentifier: 'shop.example',
      pkce: 'required',
      refreshReuseSeconds: 5,
      rotateRefreshTokens: true,
      offlineAccess: true,
      resourceAtToken: 'required',
      localhostAnyPort: false,
      allowedOrigins: ['https://shop.example'],
      requiredLevel: 'urn:gatehouse:acr:password',
      connectors: ['primary'],
      lifetimes: { idTokenSeconds: 300, accessTokenSeconds: 300, refreshTokenIdleSeconds: 600 },
      dpopBound: true,
      requirePushedRequests: true,
      initiateLoginUri: 'https://shop.example/start',
      backchannelLogoutUri: 'https://shop.example/logout',
      tokenBudgetBytes: 4096,
      overBudget: 'refuse',
      claims: [
        { value: 'groups', claim: 'teams', format: 'text', separator: ',', only: ['sal*'], prefix: 'shop-' },
        { value: 'permissions', claim: 'may', resourceServer: 'https://shop.example' },
      ],
    },
    {
      id: 'machine',
      name: 'Machine',
      authentication: 'client_secret_basic',
      secret: '${SECRET}',
      grantTypes: ['client_credentials'],
      introspects: ['https://shop.example'],
      ...given,
    },
    {
      id: 'changing',
      renamedFrom: 'changed',
      name: 'Changing',
      grantTypes: ['client_credentials'],
      secret: ['${SECRET}', '${OTHER_SECRET}'],
    },
    {
      id: 'signer',
      name: 'Signer',
      authentication: 'private_key_jwt',
      grantTypes: ['client_credentials'],
      jwks: {
        keys: [
          { ...jwk('ec', { namedCurve: 'P-256' }), kid: 'one', use: 'sig', alg: 'ES256' },
          { ...jwk('ed25519'), kid: 'two', use: 'sig', alg: 'EdDSA' },
          { ...jwk('rsa', { modulusLength: 2048 }), kid: 'three', use: 'sig', alg: 'PS256' },
        ],
      },
    },
    {
      id: 'fetched',
      name: 'Fetched',
      authentication: 'private_key_jwt',
      grantTypes: ['client_credentials'],
      jwksUri: 'https://fetched.example/keys',
    },
  ],
  users: [
    {
      username: 'ada',
      id: 'ada-1',
      password: '${PASSWORD}',
      permanentPassword: true,
      email: 'ada@shop.example',
      emailVerified: true,
      profile: {
        name: 'Ada Adams',
        givenName: 'Ada',
        middleName: 'Maria',
        familyName: 'Adams',
        nickname: 'addie',
        page: 'https://people.example/ada',
        picture: 'https://people.example/ada.png',
        website: 'https://ada.example/',
        gender: 'female',
        birthdate: '1984-07-31',
        zoneinfo: 'Europe/Berlin',
        locale: 'de-CH',
        phoneNumber: '+49 30 123456',
        phoneNumberVerified: true,
        address: {
          formatted: 'Some street 1\nSome place',
          streetAddress: 'Some street 1',
          locality: 'Some place',
          region: 'Some region',
          postalCode: '12345',
          country: 'Germany',
        },
      },
      attributes: [{ name: 'department', value: 'sales' }],
      groups: ['sales', terms({ group: 'staff' })],
      customerGroup: 'gold',
      managed: false,
      ...given,
    },
    {
      username: 'bob',
      passwordHash: '{SSHA}KioqKioqKioqKioqKioqKioqKioqKioqKioq',
      customerGroup: terms({ customerGroup: 'gold' }),
    },
  ],
};

/** The kind of its connectors, whose settings have one value each. */
export const quietKind: ConnectorKind = {
  kind: 'quiet',
  signsInBy: 'password',
  settings: z.strictObject({
    connection: z.strictObject({ mode: z.literal('fast').exactOptional() }),
    subject: z.strictObject({ by: z.literal('uid').exactOptional() }),
  }),
  presets: new Map([['common', {}]]),
  writes: () => ({ claim: () => true, password: 'own-and-reset' }),
  create() {
    throw new Error('A file opens no connector.');
  },
};

/** The kind of the one that redirects. */
export const awayKind: ConnectorKind = {
  kind: 'away',
  signsInBy: 'redirect',
  settings: z.strictObject({ connection: z.strictObject({}), subject: z.strictObject({}) }),
  presets: new Map(),
  create() {
    throw new Error('A file opens no connector.');
  },
};

/** The values of `${NAME}` in it. */
export const wholeRealmSecrets = {
  SECRET: 'Zm9yIHRlc3RzIG9ubHkgYW5kIG5vdGhpbmcgZWxzZQ',
  BIND_PASSWORD: 'any password that the directory has',
  OTHER_SECRET: 'b3RoZXIgdGVzdHMgb25seSBhbmQgbm90aGluZyBlbHNl',
  PASSWORD: 'a quiet morning in the shop',
};
