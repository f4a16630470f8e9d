/** Published documents are served from memory after the first time, without a visible difference, and with the library's CORS. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import { type Host, startHost } from '../support/host/host.js';

let host: Host;
beforeAll(async () => {
  host = await startHost({ realmFile: 'examples/realm.yaml' });
});
afterAll(() => host.end());

interface Answer {
  readonly status: number | undefined;
  /** As received, except for headers that differ between responses. */
  readonly headers: readonly string[];
  readonly body: string;
  readonly requestId: unknown;
}

const ask = (path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(`${host.issuer}${path}`, { method, headers, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => {
        const lines = answer.rawHeaders.flatMap((name, at) =>
          at % 2 === 0 ? [`${name.toLowerCase()}: ${answer.rawHeaders[at + 1] ?? ''}`] : [],
        );
        const kept = lines.filter((line) => !/^(x-request-id|date):/.test(line)).sort();
        resolve({ status: answer.statusCode, headers: kept, body, requestId: answer.headers['x-request-id'] });
      });
    });
    asked.on('error', reject);
    asked.end();
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
    expect(await ask(path, 'HEAD')).toMatchObject({ body: '' });
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
