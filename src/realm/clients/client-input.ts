import { z } from 'zod';
import type { Patch } from '../../changes/patched-input.js';
import { LEVELS } from '../../base/authentication-level.js';
import { problem, type Problem, type ProblemPath } from '../../base/problems/problem.js';
import { refusedAs, refusing } from '../../base/problems/read-input.js';
import { prototypeNameFault } from '../../base/text/prototype-names.js';
import { lineInput } from '../../base/text/text-input.js';
import { clientClaimMappings } from '../claims/claim-mapping-input.js';
import { publicJwk } from './client-keys.js';
import type { UriFault } from './client-problems.js';
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
  .refine((id) => /^[A-Za-z0-9._~-]{1,100}$/.test(id), refusedAs('client-id-form', {}))
  .superRefine(refusing(prototypeNameFault));

const checked = (find: (text: string) => UriFault | undefined) =>
  z
    .string()
    .max(2000)
    .superRefine(refusing((uri) => uriProblem(uri, find(uri))));

const uriProblem = (uri: string, fault: UriFault | undefined, path: ProblemPath = []): Problem | undefined =>
  fault && problem('uri', path, { uri, fault });

const DAY = 86_400;
const tokenSeconds = z.int().min(30).max(DAY).exactOptional();

const hostName = z
  .string()
  .max(253)
  .refine((host) => /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(host), refusedAs('sector-form', {}));

const userstoreName = z
  .string()
  .refine((name) => /^[a-z0-9][a-z0-9-]{0,99}$/.test(name), refusedAs('userstore-name-form', {}));

const uris = z.array(z.string().max(2000)).max(50).default([]);

/** Where the browser is sent to, with the parameters that our answer adds. */
const REDIRECTS = [
  ['redirectUris', AUTHORIZATION_ANSWER],
  ['postLogoutRedirectUris', SIGN_OUT_ANSWER],
] as const;

/** Lists that name nothing twice. */
const SETS = [
  'redirectUris',
  'postLogoutRedirectUris',
  'grantTypes',
  'scopes',
  'resourceServers',
  'allowedOrigins',
  'connectors',
] as const;

/** A client as requested through an interface or the realm file. Unknown fields are refused. */
export const clientInput = z
  .strictObject({
    id: clientId,
    name: lineInput('client-name', 200),
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
    connectors: z.array(userstoreName).max(20).exactOptional(),
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
  .superRefine(
    refusing((client) => [
      ...REDIRECTS.flatMap(([field, ours]) =>
        client[field].flatMap(
          (uri, at) => uriProblem(uri, redirectUriFault(uri, client.applicationType, ours), [field, at]) ?? [],
        ),
      ),
      ...SETS.filter((field) => new Set<string>(client[field]).size < (client[field]?.length ?? 0)).map((field) =>
        problem('same-thing-twice', [field], {}),
      ),
      ...contradictions(client),
    ]),
  );

export type ClientInput = z.infer<typeof clientInput>;
export type ClientPatch = Patch<Omit<z.input<typeof clientInput>, 'id'>>;
