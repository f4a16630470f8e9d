import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { problem, type Problem } from '../../../src/base/problems/problem.js';
import { sentence } from '../../../src/sentences/sentence.js';
import type { ChangeRefusal } from '../../../src/changes/change-result.js';
import { now, seconds } from '../../../src/base/clock.js';
import type { LiveToken } from '../../../src/http/api/authentication/access-tokens.js';
import { operation } from '../../../src/http/api/operation.js';
import { GATEHOUSE_API } from '../../../src/realm/resource-servers/resource-server.js';
import { ask } from '../listening.js';
import { ADA, basic, BOB, LEVELLED, READ, SECRET, toyApi, type ToyApi, WRITE } from './toy-api.js';

let toy: ToyApi;
beforeAll(async () => {
  toy = await toyApi();
});
afterAll(() => toy.at.close());
beforeEach(() => {
  toy.tokens.clear();
  toy.proof = { ok: false, error: 'invalid_dpop_proof', words: 'no proof' };
  toy.change = async (_id, changed) => ({ ok: true, value: changed, version: 8 });
  toy.delayedUntil = undefined;
  toy.failed.length = 0;
  toy.log.length = 0;
});

const clientToken = (clientId: string, more: Partial<LiveToken> = {}): LiveToken => ({
  clientId,
  audiences: [GATEHOUSE_API],
  scopes: [READ, WRITE],
  ...more,
});
/** Sends a token that is good but for what the test says of it. */
const byToken = (token: LiveToken, method = 'GET', path = '/things/one', scheme = 'Bearer') => {
  toy.tokens.set('the-token', token);
  return toy.send(method, path, { authorization: `${scheme} the-token` });
};
const put = (body: unknown, headers: Record<string, string> = { 'if-match': '"7"' }) =>
  toy.send('PUT', '/things/one', { authorization: basic('machine'), headers, body });
const good = { name: 'one', size: 2 };

describe('a caller', () => {
  test('that says nothing is told each way in', async () => {
    const { status, headers, json } = await toy.send('GET', '/things/one');
    expect([status, headers['content-type'], headers['www-authenticate'], headers['cache-control']]).toEqual([
      401,
      'application/problem+json',
      'Basic realm="http://127.0.0.1", charset="UTF-8", Bearer realm="http://127.0.0.1", DPoP realm="http://127.0.0.1", algs="ES256"',
      'no-store',
    ]);
    expect(json).toEqual({
      type: 'urn:gatehouse:problem:unauthenticated',
      title: 'Unauthorized',
      status: 401,
      code: 'unauthenticated',
      detail: 'Say who you are.',
    });
  });

  test('is a client by its secret, a client by its token, or a user by a token', async () => {
    const ask = async (authorization: string) => (await toy.send('GET', '/me-here', { authorization })).json;
    toy.tokens.set('client', clientToken('machine'));
    toy.tokens.set('user', clientToken('machine', { user: ADA }));
    expect(await ask(basic('machine'))).toEqual({ kind: 'client', id: 'machine' });
    expect(await ask('Bearer client')).toEqual({ kind: 'client', id: 'machine' });
    expect(await ask('bearer user')).toEqual({ kind: 'user', id: 'ada' });
  });

  test('with a wrong secret is refused, and counted', async () => {
    for (const id of ['machine', 'nobody']) {
      const { status, headers } = await toy.send('GET', '/things/one', { authorization: basic(id, 'wrong') });
      expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic /)]);
    }
    expect(toy.failed.map(({ clientId }) => clientId)).toEqual(['machine', 'nobody']);
  });

  test('that was wrong too often waits, even with the right secret', async () => {
    toy.delayedUntil = now() + seconds(30);
    const { status, headers } = await toy.send('GET', '/things/one', { authorization: basic('machine', SECRET) });
    expect([status, Number(headers['retry-after']) > 20]).toEqual([429, true]);
    expect(toy.failed).toEqual([]);
  });

  test.each<[string, LiveToken | undefined]>([
    ['that is not alive', undefined],
    ['for another audience', clientToken('machine', { audiences: ['https://orders.test'] })],
    ['of a client that no longer has the API', clientToken('gone')],
    ['of a client that is gone', clientToken('removed')],
  ])('with a token %s is refused', async (_which, token) => {
    if (token) toy.tokens.set('the-token', token);
    const { status, headers } = await toy.send('GET', '/things/one', { authorization: 'Bearer the-token' });
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      expect.stringMatching(/Bearer realm="[^"]+", error="invalid_token"/),
    ]);
  });

  test('with a token of another kind of owner than the operation takes is refused', async () => {
    const user = await byToken(clientToken('machine', { user: ADA }), 'POST', '/clients-only');
    expect(user.status).toBe(401);
    expect((await byToken(clientToken('machine'), 'POST', '/clients-only')).status).toBe(200);
    expect((await toy.send('POST', '/clients-only', { authorization: basic('machine') })).status).toBe(401);
  });

  describe('with a token that is bound to a key', () => {
    const bound = clientToken('machine', { boundTo: 'thumbprint' });

    test('and its proof is let in', async () => {
      toy.proof = { ok: true };
      expect((await byToken(bound, 'GET', '/things/one', 'DPoP')).status).toBe(200);
    });

    test('and a wrong proof is refused, with the reason on the scheme', async () => {
      const { status, headers } = await byToken(bound, 'GET', '/things/one', 'DPoP');
      expect([status, headers['www-authenticate']]).toEqual([
        401,
        expect.stringMatching(/DPoP realm="[^"]+", algs="ES256", error="invalid_dpop_proof"$/),
      ]);
    });

    test('learns that a nonce is missing', async () => {
      toy.proof = { ok: false, error: 'use_dpop_nonce', words: 'no nonce' };
      const { headers } = await byToken(bound, 'GET', '/things/one', 'DPoP');
      expect(headers['www-authenticate']).toMatch(/error="use_dpop_nonce"$/);
    });

    test('is refused as Bearer, whatever proof it sends', async () => {
      toy.proof = { ok: true };
      const { status, headers } = await byToken(bound);
      expect([status, headers['www-authenticate']]).toEqual([
        401,
        expect.stringMatching(/Bearer realm="[^"]+", error="invalid_token"/),
      ]);
    });

    test('is refused where the operation takes none', async () => {
      toy.proof = { ok: true };
      const { status, headers, json } = await byToken(bound, 'POST', '/clients-only', 'DPoP');
      expect([status, headers['www-authenticate'], json['detail']]).toEqual([
        401,
        'Bearer realm="http://127.0.0.1", error="invalid_token"',
        expect.stringContaining('bound to a key'),
      ]);
    });

    test('and one that is not bound is refused as DPoP', async () => {
      toy.proof = { ok: true };
      expect((await byToken(clientToken('machine'), 'GET', '/things/one', 'DPoP')).status).toBe(401);
    });
  });
});

describe('a permission', () => {
  test('that the caller does not hold is 403, and nothing is done', async () => {
    let done = 0;
    toy.change = async (_id, changed) => ({ ok: true, value: changed, version: ++done });
    for (const id of ['reader', 'idle']) {
      const { status, json } = await toy.send('PUT', '/things/one', { authorization: basic(id), body: good });
      expect([status, json['title'], json['detail']]).toEqual([403, 'Forbidden', expect.stringContaining(WRITE)]);
    }
    expect(done).toBe(0);
    expect((await toy.send('GET', '/things/one', { authorization: basic('reader') })).status).toBe(200);
    expect((await toy.send('GET', '/things/one', { authorization: basic('idle') })).status).toBe(403);
  });

  test('is the user’s own, never that of the client that sends the token', async () => {
    expect((await byToken(clientToken('idle', { user: ADA }))).status).toBe(200);
    expect((await byToken(clientToken('machine', { user: BOB }))).status).toBe(403);
  });

  test('has to be among the scopes of the token, or implied by one', async () => {
    expect((await byToken(clientToken('machine', { user: ADA, scopes: [WRITE] }))).status).toBe(200);
    for (const scopes of [[], ['openid'], ['other:read']]) {
      const { status, headers } = await byToken(clientToken('machine', { user: ADA, scopes }));
      expect([status, headers['www-authenticate']]).toEqual([
        403,
        `Bearer realm="http://127.0.0.1", error="insufficient_scope", scope="${READ}"`,
      ]);
    }
    expect((await byToken(clientToken('machine', { scopes: [READ] }), 'DELETE')).status).toBe(403);
  });

  test('that only a higher level opens is a challenge', async () => {
    const low = await byToken(clientToken('machine', { user: LEVELLED }));
    expect([low.status, low.headers['www-authenticate']]).toEqual([
      401,
      expect.stringMatching(/error="insufficient_user_authentication", acr_values="urn:gatehouse:acr:two-factor"$/),
    ]);
    const authentication = { level: 'urn:gatehouse:acr:two-factor', at: now() } as const;
    expect((await byToken(clientToken('machine', { user: LEVELLED, authentication }))).status).toBe(200);
  });

  test('can be asked for by no operation that is open to everybody', () => {
    const open = { id: 'x', method: 'GET', path: '/x', summary: 'x', group: 'x', security: 'open' } as const;
    const make = () => operation({ ...open, permission: READ, handler: async () => ({ ok: true, value: undefined }) });
    expect(make).toThrow(/open to everybody/);
  });
});

describe('a request', () => {
  test('to another path is passed on, and below the API it is 404', async () => {
    const authorization = basic('machine');
    expect(await ask(toy.at.port, { path: '/elsewhere' })).toMatchObject({ status: 404, body: 'Not Found' });
    for (const path of ['/things', '/things/one/two', '/things/%ff', '/things/']) {
      const { status, json } = await toy.send('GET', path, { authorization });
      expect([path, status, json['title']]).toEqual([path, 404, 'Not Found']);
    }
  });

  test('by another method is 405 with Allow, and by HEAD a GET without its body', async () => {
    const { status, headers, json } = await toy.send('PATCH', '/things/one', { authorization: basic('machine') });
    expect([status, headers['allow'], json['title']]).toEqual([405, 'GET, HEAD, PUT, DELETE', 'Method Not Allowed']);
    const head = await toy.send('HEAD', '/things/one', { authorization: basic('reader') });
    expect([head.status, head.body, head.headers['etag']]).toEqual([200, '', '"7"']);
  });

  test('with another type of body is 415, and with too long a one 413', async () => {
    const text = await put('name=one', { 'if-match': '"7"', 'content-type': 'application/x-www-form-urlencoded' });
    expect([text.status, text.json['title']]).toEqual([415, 'Unsupported Media Type']);
    const long = await put({ ...good, name: 'x'.repeat(2000) });
    expect([long.status, long.json['title'], long.json['detail']]).toEqual([
      413,
      'Payload Too Large',
      expect.stringContaining('1 KiB'),
    ]);
  });

  test('that is no JSON is 400', async () => {
    for (const body of ['{', '', '"\ud800', '['.repeat(100)]) expect((await put(body)).status).toBe(400);
  });

  test.each<[string, unknown, string]>([
    ['a missing field', { name: 'one' }, 'size'],
    ['a field of another type', { ...good, name: 7 }, 'name'],
    ['a field that nobody named', { ...good, admin: true }, ''],
    ['a list', [], ''],
  ])('with %s is 400 with a problem for it', async (_what, body, path) => {
    const { status, json } = await put(body);
    expect([status, json['code'], json['problems']]).toEqual([
      400,
      'invalid',
      [{ code: expect.stringMatching(/^[a-z-]+$/), path, params: expect.any(Object), detail: expect.any(String) }],
    ]);
  });

  test('with a parameter that does not fit, that nobody named, or that comes twice is 400', async () => {
    const get = (path: string) => toy.send('GET', path, { authorization: basic('reader') });
    expect((await get('/things/one?size=3')).json).toEqual({ name: 'one', size: 3 });
    for (const path of ['one?size=x', 'one?sise=3', 'one?size=1&size=2', 'one'.repeat(20)]) {
      const { status, json } = await get(`/things/${path}`);
      expect([path, status, json['problems']]).toEqual([
        path,
        400,
        [expect.objectContaining({ code: expect.any(String) })],
      ]);
    }
    expect((await get('/me-here?verbose=1')).status).toBe(400);
  });
});

describe('a version', () => {
  test('goes out as ETag and comes back by If-Match, weak or strong', async () => {
    const seen: unknown[] = [];
    toy.change = async (_id, changed, expected) => {
      seen.push(expected);
      return { ok: true, value: changed, version: 8 };
    };
    const read = await toy.send('GET', '/things/one', { authorization: basic('machine') });
    expect(read.headers['etag']).toBe('"7"');
    for (const tag of ['"7"', 'W/"7"', '*']) {
      const { status, headers } = await put(good, { 'if-match': tag });
      expect([status, headers['etag']]).toEqual([200, '"8"']);
    }
    expect(seen).toEqual([7, 7, 'any']);
  });

  test('that is missing is 428, one that is none of ours is 412, and a list is 400', async () => {
    let done = 0;
    toy.change = async (_id, changed) => ({ ok: true, value: changed, version: ++done });
    for (const [tag, status, title] of [
      [undefined, 428, 'Precondition Required'],
      ['"abc"', 412, 'Precondition Failed'],
      ['"07"', 412, 'Precondition Failed'],
      ['7', 400, 'Bad Request'],
      ['"7", "8"', 400, 'Bad Request'],
    ] as const) {
      const { status: answered, json } = await put(good, tag === undefined ? {} : { 'if-match': tag });
      expect([tag, answered, json['title']]).toEqual([tag, status, title]);
    }
    expect(done).toBe(0);
  });
});

describe('a refusal of a service', () => {
  const thing = { kind: 'role', name: 'R' } as const;
  const references = [{ kind: 'role', id: 'r', name: 'R', how: 'policy' }] as const;

  test.each<[ChangeRefusal['code'], Problem, number, string | undefined]>([
    ['changed', problem('changed-meanwhile', [], { thing }), 412, undefined],
    ['missing', problem('not-found', [], { thing }), 404, undefined],
    ['taken', problem('key-taken', ['name'], { thing, key: 'name' }), 409, 'name'],
    ['invalid', problem('text-too-long', ['name'], { text: 'role-name', most: 100 }), 422, 'name'],
    ['forbidden', problem('last-administrator', [], {}), 409, ''],
    ['in-use', problem('in-use', [], { thing, references, more: false }), 409, ''],
  ])('%j is told by its code, parameters and sentence: %j', async (code, found, status, path) => {
    toy.change = async () => ({ ok: false, refusal: { code, problems: [found] } });
    const answer = await put(good);
    const detail = sentence(found, 'en');
    const params = Object.keys(found.params).length > 0 && { params: found.params };
    expect([answer.status, answer.json['detail'], answer.json['problems']]).toEqual([
      status,
      detail,
      path === undefined ? undefined : [{ code: found.code, path, ...params, detail }],
    ]);
  });
});

describe('an answer', () => {
  test('that does not fit its schema is 500, says nothing of it, and is logged', async () => {
    const { status, body, json } = await toy.send('GET', '/things/bad', { authorization: basic('reader') });
    expect([status, json['title']]).toEqual([500, 'Internal Server Error']);
    expect(body).not.toMatch(/secret of the store|large|size/);
    expect(toy.log.join('')).toMatch(/"level":50.*readThing does not fit its schema.*size/);
    expect(toy.log.join('')).not.toMatch(/secret of the store|large/);
  });

  test('of nothing is 204', async () => {
    const { status, body } = await toy.send('DELETE', '/things/one', { authorization: basic('machine') });
    expect([status, body]).toEqual([204, '']);
  });

  test('is stored by nobody, but for what everybody may read', async () => {
    expect((await toy.send('GET', '/things/one', { authorization: basic('reader') })).headers['cache-control']).toBe(
      'no-store',
    );
    const open = await toy.send('GET', '/.well-known/things');
    expect([open.json, open.headers['cache-control']]).toEqual([{ open: true }, undefined]);
  });

  test('of a refused request leaves the reason in the log, and nothing that was sent', async () => {
    await put({ ...good, name: 7, secret: 'a private word' });
    await toy.send('GET', '/things/one', { authorization: 'Bearer a-private-token' });
    const lines = toy.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      expect.objectContaining({ client: 'machine', endpoint: 'toy', error: 'invalid', reason: 'request-invalid' }),
      expect.objectContaining({ client: 'unknown client', error: 'unauthenticated', reason: 'token-unknown' }),
    ]);
    expect(toy.log.join('')).not.toMatch(/private/);
  });
});

describe('below an issuer with a path', () => {
  let nested: ToyApi;
  beforeAll(async () => {
    nested = await toyApi('/realms/one');
  });
  afterAll(() => nested.at.close());

  test('operations lie below it, and what is well known before it too', async () => {
    const authorization = basic('reader');
    expect((await nested.send('GET', '/realms/one/things/x', { authorization })).status).toBe(200);
    for (const path of ['/realms/one/.well-known/things', '/.well-known/things/realms/one']) {
      expect((await nested.send('GET', path)).json).toEqual({ open: true });
    }
  });
});
