import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';

/** The accepted issuer and audience of tokens. */
export interface Trust {
  readonly issuer: string;
  /** This API's own identifier: a token for another API is not for us. */
  readonly audience: string;
}

/** The caller, according to a valid token. */
export interface Caller {
  readonly subject: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** The user's authentication level and its time, in seconds since 1970. */
  readonly acr?: string;
  readonly authTime?: number;
}

export type Verdict =
  | { readonly kind: 'ok'; readonly caller: Caller }
  /** RFC 6750 3.1: without a token, the response contains no error code. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid' }
  /** The issuer's keys are unavailable; the token may be valid. */
  | { readonly kind: 'unavailable' };

/**
 * Verifies access tokens by RFC 9068 section 4. Fetches the issuer's keys once, and again when a token names an unknown one;
 * other requests never wait for the issuer.
 */
export function bearer(trust: Trust): (authorization: string | undefined) => Promise<Verdict> {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (authorization) => {
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return { kind: 'missing' };
    try {
      keys ??= keysOf(trust.issuer);
      const { payload } = await jwtVerify(token, await keys, {
        issuer: trust.issuer,
        audience: trust.audience,
        typ: 'at+jwt', // otherwise an ID token would pass: it has the same issuer and signature
        algorithms: ['ES256'],
        requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id'],
        clockTolerance: 5,
      });
      return {
        kind: 'ok',
        caller: {
          subject: payload.sub ?? '',
          clientId: String(payload['client_id']),
          roles: texts(payload['roles']),
          permissions: texts(payload['permissions']),
          ...(typeof payload['acr'] === 'string' && { acr: payload['acr'] }),
          ...(typeof payload['auth_time'] === 'number' && { authTime: payload['auth_time'] }),
        },
      };
    } catch (error) {
      if (isAboutTheToken(error)) return { kind: 'invalid' };
      keys = undefined; // try again with the next request
      return { kind: 'unavailable' };
    }
  };
}

/** jose's errors concern the token, except when it could not get the keys. */
const isAboutTheToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout) &&
  !(error instanceof errors.JWKSInvalid) &&
  error.code !== 'ERR_JOSE_GENERIC';

async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(5000) });
  const found = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  // OpenID Connect Discovery 4.3: a document that names another issuer is invalid.
  if (found.issuer !== issuer || typeof found.jwks_uri !== 'string') throw new Error(`${issuer} is not an issuer.`);
  return createRemoteJWKSet(new URL(found.jwks_uri));
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
