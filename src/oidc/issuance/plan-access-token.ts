import type { Client, UnknownObject } from 'oidc-provider';
import type { Effective } from '../../access/evaluation/effective.js';
import type { Snapshots } from '../../access/evaluation/snapshot.js';
import type { Client as RealmClient } from '../../realm/clients/client.js';
import { sectorOf } from '../../realm/clients/client-sector.js';
import type { ResourceServerService } from '../../realm/resource-servers/resource-server-service.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { connectorOfAccount } from './account-claims.js';
import { accessClaims, authenticationOf, conveyedAccess, releasedScopes, sourceOf } from './access-token-claims.js';
import { clientBehind } from '../library/client/client-behind.js';
import type { Issuance } from './issuance.js';
import { issueRecordOf } from './issue-record.js';
import { type IssuedToken, scopesOf } from './issued-token.js';
import { jwtBytes } from './jwt-size.js';
import type { PairwiseSubjects } from './pairwise-subjects.js';
import { accessOf } from '../request-scope/access-in-request.js';
import { signInFacts } from './authentication-context.js';
import { userinfoAudience } from './audiences.js';
import { currentScope } from '../request-scope/request-scope.js';
import { oidcOf } from '../request-scope/session-in-request.js';
import { claimsOf, withinBudget } from './fit-token-budget.js';

export interface IssuanceParts {
  readonly issuer: string;
  readonly signing: readonly SigningKey[];
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly resourceServers: Pick<ResourceServerService, 'get'>;
  readonly pairwise: PairwiseSubjects;
}

/**
 * Plans an access token from the token, its subject's access and its resource server. Changes nothing of the token.
 *
 * @throws Error where the token is for a resource server and that, or its subject's access, is unknown
 * @throws InvalidScope (RFC 6749 5.2) where the token would be too long, or a client asks for permissions of which it holds none
 */
export async function planAccessToken(token: IssuedToken, parts: IssuanceParts): Promise<Issuance> {
  const oidc = oidcOf(currentScope());
  if (!oidc?.client) throw new Error('An access token was to be issued outside of a request.');
  const authentication = authenticationOf(sourceOf(oidc), connectorOfAccount(oidc));
  const { aud: audience, resourceServer } = token;
  if (!resourceServer || typeof audience !== 'string') {
    // A token without an audience is only for userinfo.
    const access = 'accountId' in token ? await accessOfSubject(token, oidc.client, parts) : undefined;
    return { claims: authentication, scope: scopesOf(token), format: { kind: 'opaque' }, ...endOf(access) };
  }
  const client = clientBehind(oidc.client);
  const [server, access] = await Promise.all([
    parts.resourceServers.get(audience),
    accessOfSubject(token, oidc.client, parts),
  ]);
  // A token without its subject's permissions could be taken by an API for one with all of them.
  if (!access || !server) throw new Error(`An access token for ${audience} was to be issued without its permissions.`);
  const conveyed = conveyedAccess(audience, access, oidc, token);
  const released = releasedScopes(oidc);
  const opensUserinfo = server.userinfo !== false && oidc.params?.['resource'] === undefined && released.has('openid');
  const scope = [...conveyed.scopes, ...(opensUserinfo ? released : [])];
  const audiences = opensUserinfo ? [audience, userinfoAudience(parts.issuer)] : undefined;
  const claims = accessClaims({ access, conveyed, released, mappings: server.claims });
  const fixed = { ...authentication, ...fixedOf(token, { scope, client }, parts), aud: audiences ?? audience };
  const { over, claims: fitting } =
    server.tokenFormat === 'jwt'
      ? withinBudget(
          {
            what: 'access token',
            scopes: scope,
            claims,
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
  const isJwt = server.tokenFormat === 'jwt' && over?.rule !== 'reference';
  const userinfoClaims = sourceOf(oidc)?.claims as UnknownObject | undefined;
  return {
    claims: { ...authentication, ...fitting },
    scope,
    format: isJwt ? { kind: 'jwt', type: server.jwtType } : { kind: 'opaque' },
    ...(audiences && { audiences }),
    ...(audiences && userinfoClaims && { userinfoClaims }),
    record: issueRecordOf(access, { audience, scope }, over),
    ...endOf(access),
  };
}

/** The access of a token's subject: its user, or the client that acts for itself. Undefined if the user no longer exists. */
async function accessOfSubject(
  token: IssuedToken,
  client: Client,
  { snapshots }: IssuanceParts,
): Promise<Effective | undefined> {
  if (!('accountId' in token)) {
    return accessOf(snapshots, { kind: 'client', client: clientBehind(client) }, client.clientId);
  }
  const scope = currentScope();
  const user = await scope.reads.user(token.accountId);
  const oidc = oidcOf(scope);
  const signIn = oidc && signInFacts(sourceOf(oidc), connectorOfAccount(oidc));
  return user && accessOf(snapshots, { kind: 'user', user }, client.clientId, signIn);
}

const endOf = (access: Effective | undefined): Pick<Issuance, 'accessEndsAt'> =>
  access?.endsAt === undefined ? {} : { accessEndsAt: access.endsAt };

/** The claims of every JWT access token (RFC 9068 2.2), in their final length. */
function fixedOf(
  token: IssuedToken,
  { scope, client }: { readonly scope: readonly string[]; readonly client: RealmClient },
  { issuer, pairwise }: IssuanceParts,
): UnknownObject {
  const userId = 'accountId' in token ? token.accountId : undefined;
  const isPairwise = userId !== undefined && client.subjectType === 'pairwise';
  return {
    jti: A_JTI,
    sub: isPairwise ? pairwise.of(userId, sectorOf(client)) : (userId ?? client.id),
    iat: A_TIME,
    exp: A_TIME,
    ...(scope.length > 0 && { scope: scope.join(' ') }),
    client_id: client.id,
    iss: issuer,
    ...(token.jkt !== undefined && { cnf: { jkt: token.jkt } }),
  };
}

/** As long as the library's. */
const A_JTI = '-'.repeat(43);
const A_TIME = 1_000_000_000;
