import { hashOf } from '../../base/crypto/hash-of.js';
import { seconds } from '../../base/clock.js';
import { levelsAmong } from '../../base/authentication-level.js';
import type { AccessTokens, LiveToken } from '../../http/api/authentication/access-tokens.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { unpackPayload } from '../adapter/payload.js';
import { CLIENT_ALGORITHMS } from '../configuration/client-authentication.js';
import { jwtReader } from '../endpoints/verify-access-token.js';
import { audiencesOf } from '../issuance/audiences.js';
import { currentScope } from '../request-scope/request-scope.js';
import { proofCheck } from './dpop-proof.js';

/** The contents of a token, by the claims of a JWT or by the payload of an opaque one. */
interface TokenContents {
  readonly aud: unknown;
  readonly scope: unknown;
  readonly jkt: unknown;
  readonly acr: unknown;
  readonly authTime: unknown;
  readonly idp: unknown;
}

/**
 * Verifies access tokens of clients and users, JWT or opaque. Asks the store once for a client's token; a user's token brings its grant, user
 * and session.
 *
 * @param parts.issuer the issuer identifier, as tokens name it
 * @param parts.nonces the secret of DPoP nonces, which the token endpoint uses too
 */
export function accessTokens(parts: {
  readonly issuer: string;
  readonly signing: readonly SigningKey[];
  readonly nonces: Buffer;
}): AccessTokens {
  const readJwt = jwtReader(parts.issuer, parts.signing);

  async function read(presented: string): Promise<LiveToken | undefined> {
    const isJwt = presented.includes('.');
    const claims = isJwt ? await readJwt(presented) : undefined;
    const value = isJwt ? claims?.jti : presented;
    if (value === undefined) return undefined;
    const scope = currentScope();
    const token = await scope.reads.token(hashOf(value));
    // An ID token, a code and a refresh token are of other kinds, or leave no record.
    const kinds = isJwt ? ['jwt'] : ['access-token', 'client-credentials'];
    if (!token || !kinds.includes(token.kind) || !(await scope.reads.tokenAlive(token))) return undefined;
    const user = token.userId === undefined ? undefined : await scope.reads.user(token.userId);
    if (token.userId !== undefined && !user) return undefined;
    const contents = claims ? ofClaims(claims) : ofPayload(unpackPayload(token.payload ?? '{}', value));
    return { clientId: token.clientId, ...(user && { user }), ...readContents(contents) };
  }

  return { read, checkProof: proofCheck(parts), proofAlgorithms: CLIENT_ALGORITHMS };
}

const ofClaims = (claims: Readonly<Record<string, unknown>>): TokenContents => {
  const { aud, scope, cnf, acr, auth_time: authTime, idp } = claims;
  const jkt = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? cnf.jkt : undefined;
  return { aud, scope, jkt, acr, authTime, idp };
};

function ofPayload({ aud, scope, jkt, extra }: Readonly<Record<string, unknown>>): TokenContents {
  const { acr, auth_time: authTime, idp } = (extra ?? {}) as Readonly<Record<string, unknown>>;
  return { aud, scope, jkt, acr, authTime, idp };
}

function readContents({ aud, scope, jkt, acr, authTime, idp }: TokenContents): Omit<LiveToken, 'clientId' | 'user'> {
  const [level] = typeof acr === 'string' ? levelsAmong([acr]) : [];
  return {
    audiences: audiencesOf(aud),
    scopes: typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [],
    boundTo: typeof jkt === 'string' ? jkt : undefined,
    // Without its time, a sign-in is as old as can be.
    ...(level && { authentication: { level, at: seconds(typeof authTime === 'number' ? authTime : 0) } }),
    ...(typeof idp === 'string' && { connector: idp }),
  };
}
