/** Tests of client requests: the claims parameter, client authentication, and fetching the client's keys. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { ignoredFields } from '../../src/http/refusals/ignored.js';
import { basicHeader } from '../../src/http/request/basic-credentials.js';
import { clientAuthentication } from '../../src/oidc/configuration/client-authentication.js';
import { metadata } from '../../src/oidc/configuration/metadata.js';
import { requestObjects } from '../../src/oidc/configuration/request-objects.js';
import { noteIgnoredParameters } from '../../src/oidc/refusals/ignored-parameters.js';
import { assertClaimsParameter, demandedSubjects, essentialAcr } from '../../src/oidc/requests/claims-parameter.js';
import { notAuthenticated } from '../../src/oidc/requests/client-authentication-sent.js';
import { keyFetch } from '../../src/oidc/requests/client-key-fetch.js';
import { isOtherLocalhost } from '../../src/oidc/requests/localhost-port.js';
import { encodePlainSecret } from '../../src/oidc/requests/unencoded-basic-secret.js';
import { passes } from '../support/passes.js';
import { seconds } from '../../src/base/clock.js';

afterEach(() => void jest.restoreAllMocks());

describe('the claims parameter', () => {
  const idToken = (members: object) => ({ id_token: members });

  test('demands a subject by a value, or one of several', () => {
    expect(demandedSubjects(JSON.stringify(idToken({ sub: { value: 'ada' } })))).toEqual(['ada']);
    expect(demandedSubjects(JSON.stringify(idToken({ sub: { values: ['ada', 'bob'] } })))).toEqual(['ada', 'bob']);
    expect(demandedSubjects(JSON.stringify(idToken({ sub: null })))).toBeUndefined();
    expect(demandedSubjects(JSON.stringify({ userinfo: { sub: { value: 'ada' } } }))).toBeUndefined();
    expect(demandedSubjects(undefined)).toBeUndefined();
  });

  test('demands a level only if it calls it essential', () => {
    expect(essentialAcr(JSON.stringify(idToken({ acr: { essential: true, value: 'a' } })))).toEqual(['a']);
    expect(essentialAcr(JSON.stringify(idToken({ acr: { value: 'a' } })))).toBeUndefined();
    expect(essentialAcr(JSON.stringify(idToken({ acr: { essential: true } })))).toBeUndefined();
  });

  test.each([{ sub: 'ada' }, { sub: { value: 7 } }, { acr: { values: 'a' } }, { acr: { essential: 'yes' } }])(
    'is refused with members that nobody can honour: %j',
    (members) => {
      expect(() => assertClaimsParameter(undefined, idToken(members))).toThrow('invalid_request');
    },
  );

  test('may have members that nobody knows', () => {
    assertClaimsParameter(undefined, { ...idToken({ sub: { value: 'a', colour: 'red' }, email: null }), other: 1 });
  });
});

describe('client authentication', () => {
  const none: [string, string][] = [];

  test('is not asked for where none is wanted', () => {
    expect(notAuthenticated(undefined, '', none)).toBeUndefined();
  });

  test('that was sent as a secret, an assertion or Basic is for the library to judge', () => {
    expect(notAuthenticated('authenticated', '', [['client_secret', 'x']])).toBeUndefined();
    expect(notAuthenticated('authenticated', '', [['client_assertion', 'x']])).toBeUndefined();
    expect(notAuthenticated('authenticated', 'bAsIc eDp5', none)).toBeUndefined();
  });

  test('is missing if its field is empty', () => {
    expect(notAuthenticated('authenticated', '', [['client_secret', '']])?.reason).toBe('not-authenticated');
  });

  test('by a bare client_id is enough only where a client need not prove itself', () => {
    expect(notAuthenticated('identified', '', [['client_id', 'c']])).toBeUndefined();
    expect(notAuthenticated('authenticated', '', [['client_id', 'c']])).toMatchObject({ challenge: true });
  });

  test('with nothing at all is refused without a challenge, and by another scheme with one', () => {
    expect(notAuthenticated('identified', '', none)).toMatchObject({ reason: 'client-missing', challenge: false });
    expect(notAuthenticated('identified', 'Bearer x', none)).toMatchObject({
      reason: 'authentication-malformed',
      challenge: true,
    });
  });

  test('by Basic with a secret that is not encoded is written as the standard has it', () => {
    const plain = { authorization: `Basic ${Buffer.from('c:100%').toString('base64')}` };
    encodePlainSecret({ headers: plain });
    expect(plain.authorization).toBe(basicHeader('c', '100%'));
    const encoded = { authorization: basicHeader('c', 'a b') };
    encodePlainSecret({ headers: encoded });
    expect(encoded.authorization).toBe(basicHeader('c', 'a b'));
  });
});

describe('a client assertion', () => {
  const now = 1_000_000;
  const configured = clientAuthentication(() => Promise.reject(new Error('no')));
  const good = { sub: 'shop', exp: now + 3660, iat: now + 60, jti: 'j' };
  const checked = (claims: object) => () => {
    jest.spyOn(Date, 'now').mockReturnValue(now * 1000);
    configured.assertJwtClientAuthClaimsAndHeader({} as never, { ...good, ...claims }, {}, {
      clientId: 'shop',
    } as never);
  };

  test('is good within its limits', () => {
    expect(checked({})).not.toThrow();
    expect(checked({ iat: undefined })).not.toThrow();
  });

  test.each([
    { sub: 'another' },
    { exp: now + 3661 },
    { exp: undefined },
    { iat: now + 61 },
    { jti: undefined },
    { jti: 'j'.repeat(501) },
  ])('is refused with %j', (claims) => {
    expect(checked(claims)).toThrow('invalid_client');
  });
});

test('a request object ends within an hour', () => {
  jest.spyOn(Date, 'now').mockReturnValue(0);
  const checked = (exp: unknown) => () =>
    requestObjects.requestObjects.assertJwtClaimsAndHeader({} as never, { exp } as never);
  expect(checked(3600)).not.toThrow();
  expect(checked(3601)).toThrow('invalid_request_object');
  expect(checked(undefined)).toThrow('invalid_request_object');
});

test('the metadata says of introspection that clients prove who they are, and of revocation that they need not', () => {
  const { discovery } = metadata;
  expect(discovery.introspection_endpoint_auth_methods_supported).not.toContain('none');
  expect(discovery.revocation_endpoint_auth_methods_supported).toContain('none');
  expect(discovery.introspection_endpoint_auth_methods_supported).toContain('private_key_jwt');
});

describe("the keys at a client's address", () => {
  const ADDRESS = 'https://client.example/jwks';
  const answering = (...answers: (Response | Error)[]) => {
    const outgoing = jest.fn(async () => {
      const answer = answers.shift();
      if (!answer || answer instanceof Error) throw answer ?? new Error('It was asked too often.');
      return answer;
    });
    return { fetch: keyFetch(outgoing), outgoing };
  };
  const response = (status = 200) =>
    new Response('{}', { status, headers: { 'cache-control': 'max-age=9', expires: '0', etag: 'e' } });

  test('are cached as long as we say, not as their server says', async () => {
    const { headers } = await answering(response()).fetch(ADDRESS);
    expect([headers.get('cache-control'), headers.get('expires'), headers.get('etag')]).toEqual([null, null, 'e']);
  });

  test('are not asked for again within ten seconds of a failure', async () => {
    const { fetch, outgoing } = answering(response(500), response());
    await expect(fetch(ADDRESS)).rejects.toThrow('client.example answered 500');
    await expect(fetch(ADDRESS)).rejects.toThrow('did not answer a moment ago');
    expect(outgoing).toHaveBeenCalledTimes(1);
    passes(seconds(10));
    expect((await fetch(ADDRESS)).status).toBe(200);
  });

  test('of one address are asked for though another failed, and again after a success', async () => {
    const { fetch } = answering(new Error('away'), response(), response());
    await expect(fetch(ADDRESS)).rejects.toThrow('away');
    expect((await fetch(`${ADDRESS}2`)).status).toBe(200);
    expect((await fetch(`${ADDRESS}2`)).status).toBe(200);
  });
});

test('another port of localhost is another place, and one that is registered is not', () => {
  expect(isOtherLocalhost('http://localhost:9/cb', ['http://localhost/cb'])).toBe(true);
  expect(isOtherLocalhost('http://localhost/cb', ['http://localhost/cb'])).toBe(false);
  expect(isOtherLocalhost('http://127.0.0.1:9/cb', ['http://127.0.0.1/cb'])).toBe(false);
  expect(isOtherLocalhost('not a URL', [])).toBe(false);
});

describe('a parameter that the library has no use for', () => {
  const ignoredOf = (about: object, query: object) => {
    const req = {};
    const oidc = { params: { client_id: 'c' }, route: 'authorization', ...about };
    noteIgnoredParameters({ req, oidc, query, method: 'GET' } as unknown as KoaContextWithOIDC);
    return ignoredFields(req as never);
  };

  test('is named in the log line', () => {
    expect(ignoredOf({}, { client_id: 'c', utm_source: 'x' })).toEqual({ ignored: ['parameter utm_source'] });
    expect(ignoredOf({}, { client_id: 'c' })).toEqual({});
  });

  test('is not named if its name may be a secret', () => {
    expect(ignoredOf({}, { s3cret: '' })).toEqual({ ignored: ['parameter (not a name)'] });
  });

  test('is not noted of userinfo, or of a request that was not read', () => {
    expect(ignoredOf({ route: 'userinfo' }, { x: '' })).toEqual({});
    expect(ignoredOf({ params: undefined }, { x: '' })).toEqual({});
  });
});
