import { z } from 'zod';
import { LEVELS } from '../../base/authentication-level.js';
import { isPrototypeName, PROTOTYPE_NAME_FAULT } from '../../base/text/prototype-names.js';
import { lineInput } from '../../base/text/text-input.js';
import { clientClaimMappings } from '../claims/claim-mapping-input.js';
import { publicJwk } from './client-keys.js';
import { contradictions } from './client-contradictions.js';
import { originFault, startUriFault, webAddressFault } from './client-uris.js';
import { AUTHORIZATION_ANSWER, SIGN_OUT_ANSWER } from './answer-parameters.js';
import { CLIENT_AUTHENTICATIONS } from './client.js';
import { redirectUriFault } from './redirect-uri.js';
import { KNOWN_SCOPES } from '../resource-servers/known-scopes.js';
import { OVER_BUDGET } from '../../base/token-budget.js';
import { TOKEN_ALGORITHMS } from '../keys/token-algorithm.js';

/** The client's id in protocols. */
export const clientId = z
  .string()
  .regex(
    /^[A-Za-z0-9._~-]{1,100}$/,
    'A client id has 1 to 100 letters, digits and . _ ~ - (nothing that a URL would encode).',
  )
  .refine((id) => !isPrototypeName(id), { error: ({ input }) => `${JSON.stringify(input)} ${PROTOTYPE_NAME_FAULT}` });

const checked = (fault: (text: string) => string | undefined) =>
  z
    .string()
    .max(2000)
    .superRefine((text, context) => {
      const found = fault(text);
      if (found) context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} ${found}` });
    });

const DAY = 86_400;
const tokenSeconds = z.int().min(30).max(DAY).exactOptional();

const hostName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'A sector is named by a host, as example.com: without scheme, port and path.');

const uris = z.array(z.string().max(2000)).max(50).default([]);

/** A client as requested through an interface or the realm file. Unknown fields are refused. */
export const clientInput = z
  .strictObject({
    id: clientId,
    name: lineInput('The name of a client', 200),
    applicationType: z.enum(['web', 'native']).default('web'),
    authentication: z.enum(CLIENT_AUTHENTICATIONS).default('client_secret'),
    jwks: z.strictObject({ keys: z.array(publicJwk).min(1).max(20) }).exactOptional(),
    jwksUri: checked(webAddressFault).exactOptional(),
    redirectUris: uris,
    postLogoutRedirectUris: uris,
    grantTypes: z
      .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials']))
      .min(1)
      .default(['authorization_code', 'refresh_token']),
    firstParty: z.boolean().default(false),
    scopes: z.array(z.enum(KNOWN_SCOPES)).default(['openid', 'profile', 'email']),
    resourceServers: z.array(z.string()).max(100).default([]),
    defaultResourceServer: z.string().exactOptional(),
    /** Absent: the client's current value, or for a new client the realm's setting. */
    idTokenAlgorithm: z.enum(TOKEN_ALGORITHMS).exactOptional(),
    idTokenClaims: z.enum(['scopes', 'requested']).default('scopes'),
    subjectType: z.enum(['public', 'pairwise']).default('public'),
    sectorIdentifier: hostName.exactOptional(),
    pkce: z.enum(['required', 'or-nonce', 'exempt']).default('or-nonce'),
    refreshReuseSeconds: z.int().min(0).max(120).default(10),
    rotateRefreshTokens: z.boolean().default(true),
    offlineAccess: z.boolean().default(false),
    resourceAtToken: z.enum(['optional', 'required']).default('optional'),
    localhostAnyPort: z.boolean().default(false),
    allowedOrigins: z.array(checked(originFault)).max(50).default([]),
    requiredLevel: z.enum(LEVELS).exactOptional(),
    lifetimes: z
      .strictObject({
        idTokenSeconds: tokenSeconds,
        accessTokenSeconds: tokenSeconds,
        refreshTokenIdleSeconds: z
          .int()
          .min(60)
          .max(365 * DAY)
          .exactOptional(),
      })
      .default({}),
    dpopBound: z.boolean().default(false),
    requirePushedRequests: z.boolean().default(false),
    initiateLoginUri: checked(startUriFault).exactOptional(),
    backchannelLogoutUri: checked(webAddressFault).exactOptional(),
    introspects: z.array(z.string()).max(100).exactOptional(),
    claims: clientClaimMappings.exactOptional(),
    tokenBudgetBytes: z
      .int()
      .min(1024)
      .max(64 * 1024)
      .exactOptional(),
    overBudget: z.enum(OVER_BUDGET).exactOptional(),
  })
  .superRefine((client, context) => {
    const refuse = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });

    for (const [field, ours] of [
      ['redirectUris', AUTHORIZATION_ANSWER],
      ['postLogoutRedirectUris', SIGN_OUT_ANSWER],
    ] as const) {
      client[field].forEach((uri, at) => {
        const fault = redirectUriFault(uri, client.applicationType, ours);
        if (fault) refuse([field, at], `${JSON.stringify(uri)} ${fault}`);
      });
    }
    for (const field of [
      'redirectUris',
      'postLogoutRedirectUris',
      'grantTypes',
      'scopes',
      'resourceServers',
      'allowedOrigins',
    ] as const) {
      if (new Set<string>(client[field]).size < client[field].length) refuse([field], 'names the same thing twice.');
    }

    for (const { path, message } of contradictions(client)) refuse([path], message);
  });

export type ClientInput = z.infer<typeof clientInput>;
