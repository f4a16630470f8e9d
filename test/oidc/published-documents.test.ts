/** Published documents are rendered once, answered before koa, and have the library's CORS. */
import { request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { renderDocument } from '../../src/oidc/library/render-document.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import { useHost } from '../support/host/use-host.js';

const host = useHost({ realmFile: 'examples/realm.yaml' });

interface Answer {
  readonly status: number | undefined;
  /** As received, except for headers that differ between responses. */
  readonly headers: readonly string[];
  readonly body: string;
  readonly requestId: unknown;
}

const ask = (path: string, method = 'GET', headers: Record<string, string> = {}, sent?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const httpRequest = request(`${host.issuer}${path}`, { method, headers, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => {
        const lines = answer.rawHeaders.flatMap((name, at) =>
          at % 2 === 0 ? [`${name.toLowerCase()}: ${answer.rawHeaders[at + 1] ?? ''}`] : [],
        );
        const otherLines = lines.filter((line) => !/^(x-request-id|date):/.test(line)).sort();
        resolve({ status: answer.statusCode, headers: otherLines, body, requestId: answer.headers['x-request-id'] });
      });
    });
    httpRequest.on('error', reject);
    httpRequest.end(sent);
  });

const valueOf = ({ headers }: Answer, name: string): string =>
  headers.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';

test('a document that sets a cookie is its asker’s own, and is given to nobody', async () => {
  const library = new Koa({ keys: ['a key'] }).use((ctx) => {
    if (ctx.path === '/own') ctx.cookies.set('whose', 'mine');
    if (ctx.path !== '/failed') ctx.body = { path: ctx.path };
  });
  const issuer = new URL('http://id.example');
  expect(await renderDocument(library, issuer, '/kept')).toEqual({
    contentType: 'application/json; charset=utf-8',
    body: '{"path":"/kept"}',
  });
  await expect(renderDocument(library, issuer, '/own')).rejects.toThrow('/own');
  await expect(renderDocument(library, issuer, '/failed')).rejects.toThrow('/failed');
});

describe.each([
  ['/.well-known/openid-configuration', 'application/json'],
  ['/.well-known/oauth-authorization-server', 'application/json'],
  ['/jwks', 'application/jwk-set+json'],
])('%s', (path, type) => {
  const origin = { origin: 'https://other.example' };

  test('is the same from memory as the first time, header for header and byte for byte', async () => {
    const first = await ask(path);
    expect(first.status).toBe(200);
    expect(first.headers.find((line) => line.startsWith('content-type:'))).toContain(type);
    expect(await ask(path)).toEqual({ ...first, requestId: expect.any(String) as unknown });
  });

  test('lets pages of other origins read it, whoever asked before', async () => {
    const plain = await ask(path);
    const shared = await ask(path, 'GET', origin);
    expect(shared.body).toBe(plain.body);
    expect(shared.headers).toContain(`access-control-allow-origin: ${origin.origin}`);
    expect(plain.headers).toContain('access-control-allow-origin: *');
    expect((await ask(path)).headers).toEqual(plain.headers);
  });

  test('has the id of the request that is answered', async () => {
    const ids = [await ask(path), await ask(path), await ask(path)].map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(3);
  });

  test('answers other methods as ever', async () => {
    await ask(path);
    expect(await ask(path, 'POST')).toMatchObject({ status: 405 });
    expect(await ask(path, 'HEAD')).toEqual({
      ...(await ask(path)),
      body: '',
      requestId: expect.any(String) as unknown,
    });
    const preflight = await ask(path, 'OPTIONS', { ...origin, 'access-control-request-method': 'GET' });
    expect(preflight).toMatchObject({ status: 204, body: '' });
    expect(preflight.headers).toContain('access-control-allow-methods: GET');
  });

  test('has a strong entity tag, and 304 for whoever knows it', async () => {
    const full = await ask(path);
    const etag = valueOf(full, 'etag');
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    for (const condition of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const known = await ask(path, method, { 'if-none-match': condition });
        expect(known).toMatchObject({ status: 304, body: '' });
        expect(known.headers).toEqual(full.headers.filter((line) => !/^content-(type|length):/.test(line)));
      }
    }
    for (const condition of ['"another"', etag.slice(1, -1), '']) {
      expect(await ask(path, 'GET', { 'if-none-match': condition })).toMatchObject({ status: 200, body: full.body });
    }
  });

  test('is refused as ever for a query that is not text, a foreign host and a path that is spelled otherwise', async () => {
    const plain = await ask(path);
    expect(await ask(`${path}?any=thing`)).toMatchObject({ status: 200, headers: plain.headers, body: plain.body });
    expect(await ask(`${path}?x=%ff`)).toMatchObject({ status: 400 });
    expect(await ask(path, 'GET', { host: 'evil.example' })).toMatchObject({ status: 421 });
    for (const spelled of [`${path}/`, path.toUpperCase()]) expect(await ask(spelled)).toMatchObject({ status: 404 });
  });

  test('ends the connection of a request whose body is not read', async () => {
    const { headers, body } = await ask(path, 'GET', { 'content-length': '4' }, 'body');
    expect(headers).toContain('connection: close');
    expect(body).toBe((await ask(path)).body);
  });
});

test('what is published may be relied on for less than a third of the time for which a key is published before it signs', async () => {
  const { headers } = await ask('/jwks');
  expect(headers).toContain('cache-control: public, max-age=600');
  const { keys } = settingsInput.parse({});
  expect(600 * 3).toBeLessThan(keys.publishSeconds);
  expect(settingsInput.safeParse({ keys: { publishSeconds: 1799 } }).success).toBe(false);
});

test('an ES256, an RSA and an EdDSA key are published, of which nothing private is shown', async () => {
  const { body } = await ask('/jwks');
  const { keys } = JSON.parse(body) as { keys: Record<string, string>[] };
  expect(keys.map(({ kty }) => kty)).toEqual(['EC', 'RSA', 'OKP']);
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(PUBLISHED[key['kty'] ?? '']);
});
const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  EC: ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
  RSA: ['e', 'kid', 'kty', 'n', 'use'],
  OKP: ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
};
