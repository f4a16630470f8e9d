import { z } from 'zod';
import { problem, type Problem } from '../../../base/problems/problem.js';
import { refusedAs, refusing } from '../../../base/problems/read-input.js';
import { isPrototypeName } from '../../../base/text/prototype-names.js';
import { extraParameters } from './extra-parameters.js';
import { verifiedEmailInput } from '../verified-email.js';

/** An issuer has neither query nor fragment (OpenID Connect Discovery 1.0, 4.1). Plain http is for this machine only. */
const ISSUER =
  /^(?:https:\/\/[^\s/?#@\\]+|http:\/\/(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?)(?:\/[^\s?#\\]*)?$/;
/** RFC 6749 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;
/** RFC 6749 A.1. */
const CLIENT_ID = /^[\x20-\x7e]{1,1000}$/;
const KEY_ID = /^[\x21-\x7e]{1,255}$/;
const TENANT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where an issuer of Microsoft names a tenant, as discovery for many tenants announces it. */
export const TENANT_PLACE = '{tenantid}';

const claimName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !isPrototypeName(name));

const CLIENT_AUTHENTICATION = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'client_secret_generated',
  'none',
] as const;

const connection = z
  .strictObject({
    /** `{tenantid}` stands for the one tenant. */
    issuer: z
      .string()
      .max(1000)
      .regex(ISSUER, { abort: true })
      .refine((issuer) => URL.canParse(issuer)),
    clientId: z.string().regex(CLIENT_ID),
    /**
     * How Gatehouse proves at the token endpoint that it is the client. `private_key_jwt`: by a JWT under the private key that `secret` is
     * (RFC 7523). `client_secret_generated`: by a JWT in place of the secret, as Apple wants it. `none`: by PKCE alone.
     */
    clientAuthentication: z.enum(CLIENT_AUTHENTICATION).default('client_secret_basic'),
    /** The `kid` of the private key. */
    keyId: z.string().regex(KEY_ID).exactOptional(),
    /** Who issues a generated secret. */
    teamId: z.string().regex(KEY_ID).exactOptional(),
    scopes: z
      .array(z.string().regex(SCOPE))
      .max(50)
      .default(['openid', 'profile', 'email'])
      // Without it, this is not OpenID Connect, and nobody says who signed in (Core 3.1.2.1).
      .transform((scopes) => [...new Set(['openid', ...scopes])]),
    /** A code verifier proves that a code is for this sign-in (RFC 7636). */
    pkce: z.boolean().default(true),
    /** A nonce proves that an ID token is for this sign-in (Core 3.1.2.1). */
    nonce: z.boolean().default(true),
    /** How the answer comes. Absent: as the provider does by itself, which is by the query (Core 3.1.2.1). */
    responseMode: z.enum(['query', 'form_post']).exactOptional(),
    parameters: extraParameters.default([]),
    /** Whether a request goes to the provider directly, so that no browser sees or changes it (RFC 9126). */
    pushedRequests: z.enum(['if-required', 'if-offered', 'required']).default('if-required'),
    /** The tenants (`tid`) whose people may sign in. Absent: the provider has no tenants. */
    tenants: z
      .array(
        z
          .string()
          .toLowerCase()
          .refine((tenant) => TENANT.test(tenant), refusedAs('oidc-tenant-form', {})),
      )
      .max(1000)
      .refine((tenants) => tenants.length > 0, refusedAs('oidc-tenants-missing', {}))
      .exactOptional(),
    /** Whether a sign-out here goes on to the provider, if it has an address for that. `ask`: if the person wants it. */
    logout: z.enum(['never', 'ask', 'always']).default('ask'),
    /** Whether refresh tokens of the provider are kept, to ask it again about its users. */
    keepRefreshTokens: z.boolean().default(false),
    /** Milliseconds for each request. */
    timeout: z.int().min(100).max(30_000).default(5000),
  })
  .superRefine(refusing((written) => [...proofFaults(written), ...tenantFaults(written)]))
  .transform(({ issuer, ...others }) => ({
    issuer: issuer.replace(TENANT_PLACE, others.tenants?.[0] ?? TENANT_PLACE),
    ...others,
  }));

type Authentication = (typeof CLIENT_AUTHENTICATION)[number];

interface WrittenConnection {
  readonly issuer: string;
  readonly clientAuthentication: Authentication;
  readonly keyId?: string;
  readonly teamId?: string;
  readonly pkce: boolean;
  readonly nonce: boolean;
  readonly tenants?: readonly string[];
}

/** The settings by which a client proves who it is, and whether it can do without them. */
const PROOF_SETTINGS: readonly {
  readonly setting: 'keyId' | 'teamId';
  readonly usedBy: readonly Authentication[];
  readonly neededBy: readonly Authentication[];
}[] = [
  {
    setting: 'keyId',
    usedBy: ['private_key_jwt', 'client_secret_generated'],
    neededBy: ['client_secret_generated'],
  },
  { setting: 'teamId', usedBy: ['client_secret_generated'], neededBy: ['client_secret_generated'] },
];

function proofFaults(written: WrittenConnection): readonly Problem[] {
  const { clientAuthentication: authentication } = written;
  return [
    ...PROOF_SETTINGS.flatMap(({ setting, usedBy, neededBy }): Problem[] => {
      const isThere = written[setting] !== undefined;
      if (isThere && !usedBy.includes(authentication))
        return [problem('oidc-proof-unused', [setting], { setting, authentication })];
      if (!isThere && neededBy.includes(authentication))
        return [problem('oidc-proof-needs', [setting], { setting, authentication })];
      return [];
    }),
    ...(['pkce', 'nonce'] as const).flatMap((setting) =>
      written[setting] || authentication !== 'none'
        ? []
        : [problem('oidc-switch-needs-secret', [setting], { setting })],
    ),
  ];
}

const tenantFaults = ({ issuer, tenants }: WrittenConnection): readonly Problem[] =>
  issuer.includes(TENANT_PLACE) && (tenants === undefined || tenants.length > 1)
    ? [problem('oidc-one-tenant', ['tenants'], {})]
    : [];

const subject = z.strictObject({
  /** The claims that say who somebody is, together. Only signed ones count. Another list makes everybody somebody else. */
  id: z.array(claimName).min(1).max(4).default(['sub']),
  /** The claims by which people were known before: whoever is linked by them is linked by `id` from their next sign-in on. */
  formerId: z.array(claimName).min(1).max(4).exactOptional(),
  /** The claim that lists the groups of a user. Absent: groups are not read. */
  groups: claimName.exactOptional(),
  /** What makes an address count as verified. The claim `email_verified` says so from then on. */
  emailVerified: verifiedEmailInput.default('claim'),
  /** `user`: the name is in a field of the answer, which nobody signed, and which comes the first time only (Apple). */
  nameFrom: z.literal('user').exactOptional(),
});

/** What an administrator writes of an OpenID provider. Unknown fields are refused. */
export const oidcSettings = z.strictObject({ connection, subject: subject.prefault({}) });

export type OidcSettings = z.output<typeof oidcSettings>;
