import type {
  KoaContextWithOIDC,
  Provider,
  ResourceServer as LibraryResourceServer,
  UnknownObject,
} from 'oidc-provider';
import type { Client } from '../../realm/clients/client.js';
import { sectorOf } from '../../realm/clients/client-sector.js';
import type { ResourceServerService } from '../../realm/resource-servers/resource-server-service.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { accessClaims, authenticationOf, lentAt, releasedScopes, sourceOf } from './access-token-claims.js';
import { clientBehind } from '../requests/client-lookup.js';
import type { Issuance } from './issuance.js';
import { issueRecordOf } from './issue-record.js';
import { type IssuedToken, scopesOf } from './issued-token.js';
import { jwtBytes } from './jwt-size.js';
import type { PairwiseSubjects } from './pairwise-subjects.js';
import { userinfoAudience } from '../library/find-userinfo-token.js';
import { currentScope } from '../request-scope/request-scope.js';
import { oidcOf } from '../request-scope/session-in-request.js';
import { claimsOf, withinBudget } from './fit-token-budget.js';

interface IssuanceParts {
  readonly issuer: string;
  readonly signing: readonly SigningKey[];
  readonly resourceServers: Pick<ResourceServerService, 'get'>;
  readonly pairwise: PairwiseSubjects;
}

/**
 * Makes the provider know what an access token tells before it chooses the token's format: one that would be longer than its client's
 * budget may become a reference.
 */
export function planAccessTokens(provider: Provider, parts: IssuanceParts): void {
  const models = [provider.AccessToken, provider.ClientCredentials] as unknown as readonly {
    readonly prototype: Savable;
  }[];
  for (const { prototype } of models) {
    const { save } = prototype;
    prototype.save = async function () {
      await plan(this as IssuedToken, parts);
      return save.call(this);
    };
  }
}

/** As the library calls it. */
type Savable = Omit<IssuedToken, 'save'> & { save: (this: Savable) => Promise<string> };

async function plan(token: IssuedToken, parts: IssuanceParts): Promise<void> {
  const scope = currentScope();
  const oidc = oidcOf(scope);
  if (!oidc?.client) throw new Error('An access token was to be issued outside of a request.');
  const authentication = authenticationOf(sourceOf(oidc));
  const { aud: audience, resourceServer } = token;
  // One without an audience is for userinfo alone.
  const issuance =
    !resourceServer || typeof audience !== 'string'
      ? ({ claims: authentication, jwtType: 'at+jwt' } as const)
      : await planFor({ token, audience, resourceServer }, authentication, oidc, parts);
  scope.issuances.set(token, issuance);
}

/** Plans a token for one resource server. Sets its scope, audiences and format, which the library reads from the token itself. */
async function planFor(
  { token, audience, resourceServer }: { token: IssuedToken; audience: string; resourceServer: LibraryResourceServer },
  authentication: UnknownObject,
  oidc: KoaContextWithOIDC['oidc'],
  parts: IssuanceParts,
): Promise<Issuance> {
  const { access } = currentScope();
  const server = await parts.resourceServers.get(audience);
  // Without these it would say nothing of what its subject may do, and an API could take that for everything.
  if (!access || !server) throw new Error(`An access token for ${audience} was to be issued without its permissions.`);
  const client = clientBehind(oidc.client ?? {});
  const lent = lentAt(audience, access, oidc, token);
  const released = releasedScopes(oidc);
  const opensUserinfo = server.userinfo !== false && oidc.params?.['resource'] === undefined && released.has('openid');
  // Before the answer is made of the token: it says the same (RFC 6749 3.3, 5.1).
  token.scope = [...lent.scopes, ...(opensUserinfo ? released : [])].join(' ');
  if (opensUserinfo) openUserinfo(token, { audience, issuer: parts.issuer, claims: sourceOf(oidc)?.claims });
  const claims = accessClaims({ access, lent, released, mappings: server.claims });
  const fixed = { ...authentication, ...fixedOf(token, client, parts), aud: token.aud };
  const { over, claims: fitting } =
    server.tokenFormat === 'jwt'
      ? withinBudget(
          {
            what: 'access token',
            scopes: scopesOf(token),
            told: claims,
            bytesWith: (extra) =>
              jwtBytes(
                { ...extra, ...fixed },
                { alg: server.algorithm, signing: parts.signing, header: { typ: server.jwtType } },
              ),
            canRefer: server.acceptsReferences === true,
          },
          client,
        )
      : // The claims behind a reference may be of any length.
        { claims: claimsOf(claims) };
  if (over?.rule === 'reference') resourceServer.accessTokenFormat = 'opaque';
  return {
    claims: { ...authentication, ...fitting },
    jwtType: server.jwtType,
    record: issueRecordOf(access, { audience, scope: scopesOf(token) }, over),
  };
}

/** Its scopes of the person open userinfo as well. The library knows one audience a token, and signs and stores what stands here. */
function openUserinfo(
  token: IssuedToken,
  { audience, issuer, claims }: { audience: string; issuer: string; claims: unknown },
): void {
  const audiences: { aud?: unknown; claims?: unknown } = token;
  if (claims !== undefined) audiences.claims = claims;
  audiences.aud = [audience, userinfoAudience(issuer)];
}

/** The claims of every JWT access token (RFC 9068 2.2), in their final length. */
function fixedOf(token: IssuedToken, client: Client, { issuer, pairwise }: IssuanceParts): UnknownObject {
  const userId = 'accountId' in token ? token.accountId : undefined;
  const isPairwise = userId !== undefined && client.subjectType === 'pairwise';
  return {
    jti: A_JTI,
    sub: isPairwise ? pairwise.of(userId, sectorOf(client)) : (userId ?? client.id),
    iat: A_TIME,
    exp: A_TIME,
    ...(token.scope && { scope: token.scope }),
    client_id: client.id,
    iss: issuer,
    ...(token.jkt !== undefined && { cnf: { jkt: token.jkt } }),
  };
}

/** As long as the library's. */
const A_JTI = '-'.repeat(43);
const A_TIME = 1_000_000_000;
