/** Tests of the log line for a refused request, and of the part that the application receives. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { now, seconds } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { because } from '../../src/http/refusals/because.js';
import { explain } from '../../src/oidc/refusals/explain.js';
import type { LibraryError } from '../../src/oidc/refusals/library-refusal.js';
import { audienceOfJwt, authenticationWords, claimsOfJwt, pkceWords } from '../../src/oidc/refusals/client-facts.js';
import type { Client } from '../../src/realm/clients/client.js';
import { newRefreshToken, parseRefreshToken, familyId } from '../../src/sessions/tokens/refresh-family.js';
import type { Token } from '../../src/sessions/tokens/token.js';
import type { RequestScope } from '../../src/oidc/request-scope/request-scope.js';
import { inRequest, libraryClient, user } from './request.js';

const ISSUER = 'https://id.example.com';

// Words say how long ago something was, so the clock stands still.
const at = now();
beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(at);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const jwt = (claims: object): string =>
  `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;

interface About {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly client?: Partial<Client>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accessToken?: string;
  readonly prepare?: (scope: RequestScope) => void;
}

/** Why a request like this was refused with this error of the library. */
const why = (error: Partial<LibraryError>, { params = {}, client, headers = {}, accessToken, prepare }: About = {}) => {
  const oidc = {
    params,
    issuer: ISSUER,
    ...(client && { client: libraryClient(client) }),
    getAccessToken: () => accessToken,
  };
  const ctx = { oidc, headers, get: (name: string) => headers[name] ?? '' } as unknown as KoaContextWithOIDC;
  return inRequest(
    (scope) => {
      prepare?.(scope);
      return explain(ctx, Object.assign(new Error(error.message ?? 'invalid_request'), error));
    },
    { users: [user()] },
  );
};

describe('a refusal', () => {
  test('of ours says what we attached to it', async () => {
    const error = because(new Error('invalid_request'), 'pkce-or-nonce-missing', 'words');
    expect(await inRequest(() => explain({} as never, error))).toEqual({
      reason: 'pkce-or-nonce-missing',
      words: 'words',
    });
  });

  test('of a wrong secret or an unknown client tells the application nothing', async () => {
    for (const detail of ['client not found', 'invalid secret provided']) {
      expect((await why({ message: 'invalid_client', error_detail: detail })).open).toBeUndefined();
    }
  });

  test('of a redirect URI names what was sent and what is registered, for the log alone', async () => {
    const found = await why(
      { error_description: "redirect_uri did not match any of the client's registered redirect_uris" },
      { params: { redirect_uri: 'https://shop.example/cb?code=x' }, client: {} },
    );
    expect(found).toMatchObject({
      reason: 'redirect-uri-mismatch',
      words: 'redirect_uri was https://shop.example/cb?…, registered is https://shop.example/callback',
    });
    expect(found.open).not.toContain('shop.example');
  });

  test('whose text repeats what was sent does not repeat it in the log', async () => {
    const found = await why({ error_description: 'nonsense topsecret' }, { params: { code: 'topsecret' } });
    expect(found).toEqual({ reason: 'other', words: 'the request was answered invalid_request' });
    expect((await why({ error_description: 'nonsense' })).words).toBe('nonsense');
  });

  test('by an error that means one thing goes by that, and by no name that every object has', async () => {
    expect((await why({ message: 'use_dpop_nonce' })).reason).toBe('dpop-nonce-needed');
    expect((await why({ message: 'constructor' })).reason).toBe('other');
  });

  test('of scopes names five of them', async () => {
    const found = await why({
      message: 'invalid_scope',
      error_description: 'refresh token missing requested scopes',
      scope: 'a b c d e f',
    });
    expect(found.words).toBe('scopes a, b, c, d, e were not granted');
    expect((await why({ error_description: 'refresh token missing requested scope', scope: 'a' })).words).toBe(
      'scope a was not granted',
    );
  });

  test('of an assertion for the issuer with a slash says so', async () => {
    const found = await why(
      { error_detail: 'jwt audience missing issuer' },
      { params: { client_assertion: jwt({ aud: `${ISSUER}/` }) } },
    );
    expect(found).toMatchObject({ reason: 'issuer-trailing-slash' });
    expect(found.open).toContain(`the issuer is ${ISSUER}`);
  });

  test('of a signature says whether the client has the key at all', async () => {
    const cause = (code: string) => Object.assign(new Error('x'), { code });
    const of = (code: string) => why({ error_detail: 'alg mismatch', cause: cause(code) });
    expect((await of('ERR_JWKS_NO_MATCHING_KEY')).words).toContain('no key with this kid');
    expect((await of('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')).words).toContain('does not match');
    expect((await of('OTHER')).reason).toBe('assertion-invalid');
  });
});

describe('a code that is refused', () => {
  const code = (about: Partial<Token> = {}): Token => ({
    id: hashOf('code'),
    kind: 'authorization-code',
    clientId: 'shop',
    sessionBound: false,
    issuedAt: at,
    expiresAt: at + seconds(700),
    ...about,
  });
  const refused = (token: Token | undefined, about: About = {}) =>
    why(
      { message: 'invalid_grant', error_detail: 'authorization code not found' },
      {
        params: { code: 'code' },
        client: {},
        prepare: (scope) => scope.reads.token.remember(hashOf('code'), token && { ...token, version: 1 }),
        ...about,
      },
    );

  test('was never issued, was redeemed, or has expired', async () => {
    expect((await refused(undefined)).reason).toBe('code-unknown');
    expect(await refused(code({ consumedAt: at - 3000 }))).toMatchObject({
      reason: 'code-used',
      words: 'code was redeemed 3 s ago',
    });
    expect((await refused(code({ expiresAt: at + seconds(599) }))).reason).toBe('code-expired');
  });

  test('was issued to another client, which only the log says', async () => {
    const found = await refused(code({ clientId: 'forum', consumedAt: at }));
    expect(found).toEqual({ reason: 'code-of-another-client', words: 'code was issued to the client forum' });
  });

  test('ended with its user or its revocation', async () => {
    expect(await refused(code({ userId: 'ada', revokedAt: at }))).toMatchObject({ reason: 'grant-ended' });
    const disabled = await refused(code({ userId: 'bob' }), {
      prepare: (scope) => {
        scope.reads.token.remember(hashOf('code'), { ...code({ userId: 'bob' }), version: 1 });
        scope.reads.user.remember('bob', user({ id: 'bob', blocks: [{ by: 'administrator', since: 0 }] }));
      },
    });
    expect(disabled).toMatchObject({ reason: 'user-unknown', words: 'the user is disabled' });
  });
});

describe('a refresh token that is refused', () => {
  const presented = newRefreshToken(undefined);
  const parsed = parseRefreshToken(presented);
  if (!parsed) throw new Error('It is one.');
  const id = familyId(parsed);
  const family = (about: Partial<Token> = {}): Token => ({
    id,
    kind: 'refresh-token',
    clientId: 'shop',
    sessionBound: false,
    issuedAt: 0,
    expiresAt: at + 1000,
    ...about,
  });
  const refused = (detail: string, token: Token | undefined, value: unknown = presented) =>
    why(
      { message: 'invalid_grant', error_detail: detail },
      {
        params: { refresh_token: value },
        client: {},
        prepare: (scope) => scope.reads.token.remember(id, token && { ...token, version: 1 }),
      },
    );

  test('is none of ours, was never issued, or is of another client', async () => {
    expect((await refused('refresh token not found', undefined, 'nonsense')).words).toBe(
      'that is no refresh token of ours',
    );
    expect((await refused('refresh token not found', undefined)).reason).toBe('refresh-token-unknown');
    const foreign = await refused('refresh token not found', family({ clientId: 'forum' }));
    expect(foreign).toEqual({ reason: 'token-owner-wrong', words: 'refresh token was issued to the client forum' });
  });

  test('was used before, and its successor was issued then', async () => {
    const used = await refused('refresh token already used', family({ rotatedAt: at - 9000 }));
    expect(used.words).toBe('refresh token was used before; its successor was issued 9 s ago');
  });
});

describe('an access token that opens nothing at userinfo', () => {
  const refused = (accessToken: string, token?: Token) =>
    why(
      { message: 'invalid_token', error_detail: 'access token not found' },
      {
        accessToken,
        prepare: (scope) => scope.reads.token.remember(hashOf(accessToken), token && { ...token, version: 1 }),
      },
    );

  test('has expired, is of another issuer, or is for somebody else', async () => {
    expect((await refused(jwt({ iss: ISSUER, exp: 1 }))).reason).toBe('token-expired');
    expect((await refused(jwt({ iss: `${ISSUER}/` }))).reason).toBe('issuer-trailing-slash');
    expect((await refused(jwt({ iss: 'https://other.example' }))).words).toContain('https://other.example');
    expect((await refused(jwt({ iss: ISSUER, aud: 'https://orders.example' }))).words).toBe(
      'token is for https://orders.example, not for userinfo',
    );
  });

  test('was never issued here', async () => {
    expect((await refused('opaque')).words).toContain('no such access token');
  });
});

describe('what a client sent', () => {
  const words = (client: Partial<Client>, params: object, authorization = '') =>
    authenticationWords({
      oidc: { client: libraryClient(client), params },
      get: () => authorization,
    } as unknown as KoaContextWithOIDC);

  test('is compared with how it should authenticate', () => {
    expect(words({ authentication: 'none' }, { client_secret: 'x' })).toBe(
      'client has no secret (authentication: none), a secret was sent in the body',
    );
    expect(words({ authentication: 'private_key_jwt' }, {}, 'Basic x')).toBe(
      'client authenticates by private_key_jwt, a secret was sent by Basic',
    );
    expect(words({}, {})).toContain('nothing was sent');
    expect(words({}, { client_assertion: 'x' })).toContain('an assertion was sent');
  });

  test('lacks a challenge, or a nonce too', () => {
    const client = (authentication: Client['authentication']) => libraryClient({ authentication }) as never;
    expect(pkceWords(client('none'), {})).toContain('a public client needs');
    expect(pkceWords(client('client_secret'), {})).toBe('neither code_challenge nor nonce was sent');
    expect(pkceWords(client('client_secret'), { nonce: 'n' })).toContain('this client needs');
  });

  test('may be no JWT at all', () => {
    expect(claimsOfJwt('nonsense')).toBeUndefined();
    expect(claimsOfJwt(7)).toBeUndefined();
    expect(audienceOfJwt(jwt({ aud: ['a', 'b'] }))).toEqual(['a', 'b']);
    expect(audienceOfJwt('nonsense')).toEqual([]);
  });
});
