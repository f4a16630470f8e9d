import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { readForwarded, trustedProxies } from '../../src/http/request/client-address.js';
import { withEarlyHandlers } from '../../src/http/server/early-handlers.js';
import { health } from '../../src/http/server/health.js';
import { issuerHostOnly } from '../../src/http/server/issuer-host-only.js';
import { securityHeaders } from '../../src/http/security-headers.js';
import { pino } from 'pino';
import { ask, type Listening, listening } from './listening.js';

/** The middleware before every endpoint, combined as in app/application.ts. */
function house(issuer: URL, proxies: readonly string[], log: string[] = []) {
  const app = new Koa();
  app.proxy = true;
  const trusted = trustedProxies(proxies);
  app.use(health([]));
  app.use(securityHeaders(issuer));
  app.use(
    issuerHostOnly(issuer, async (ctx) => {
      ctx.status = 421;
      ctx.body = 'the page';
    }),
  );
  app.use((ctx) => {
    ctx.body = { address: ctx.ip, secure: ctx.secure, href: ctx.href, headers: ctx.headers };
  });
  const handle = app.callback();
  const logger = pino({}, { write: (line: string) => log.push(line) });
  const answer = withEarlyHandlers({ log: logger, issuer }, [], (req, res) => void handle(req, res));
  return listening((req, res) => {
    readForwarded(req, trusted);
    answer(req, res);
  });
}

interface Seen {
  readonly address: string;
  readonly secure: boolean;
  readonly href: string;
  readonly headers: Record<string, string>;
}

const forged = {
  'X-Forwarded-For': '203.0.113.9',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'evil.example',
  'X-Forwarded-Prefix': '/evil',
  Forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
  'X-Real-IP': '203.0.113.9',
};

describe('reached directly', () => {
  let at: Listening;
  const host = { Host: 'id.example' };
  beforeAll(async () => {
    at = await house(new URL('http://id.example'), ['10.0.0.0/8']);
  });
  afterAll(() => at.close());

  test.each([
    ['the issuer’s own host', 'id.example', 200],
    ['in another case and with the usual port', 'ID.Example:80', 200],
    ['another host', 'evil.example', 421],
    ['another port', 'id.example:8080', 421],
    ['the issuer as a user of another host', 'id.example@evil.example', 421],
    ['two hosts in one', 'id.example, evil.example', 421],
    ['nothing', '', 421],
  ])('a Host that is %s: %s', async (_name, name, status) => {
    expect((await ask(at.port, { headers: { Host: name } })).status).toBe(status);
  });

  test('a target in absolute form is refused, whatever its Host says', async () => {
    const { status, headers } = await ask(at.port, { path: 'http://evil.example/auth', headers: host });
    expect(status).toBe(421);
    expect(headers['content-type']).toContain('application/problem+json');
  });

  test('forwarded headers are dropped before anything sees them', async () => {
    const seen = JSON.parse((await ask(at.port, { headers: { ...host, ...forged } })).body) as Seen;
    expect(seen).toMatchObject({ address: '127.0.0.1', secure: false, href: 'http://id.example/' });
    expect(JSON.stringify(seen)).not.toMatch(/evil|203\.0\.113/);
  });

  test('health answers any Host, and nothing else does', async () => {
    const headers = { Host: '10.1.2.3:3000' };
    expect((await ask(at.port, { path: '/healthz', headers })).status).toBe(200);
    expect((await ask(at.port, { path: '/readyz', headers })).status).toBe(200);
    expect((await ask(at.port, { path: '/healthz/../auth', headers })).status).toBe(421);
  });

  test('every answer carries the defences, refusals too', async () => {
    for (const name of ['id.example', 'evil.example']) {
      const { headers } = await ask(at.port, { headers: { Host: name } });
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
      );
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers).not.toHaveProperty('cross-origin-opener-policy');
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
  });
});

describe('behind a proxy', () => {
  let at: Listening;
  beforeAll(async () => {
    at = await house(new URL('https://id.example'), ['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
  });
  afterAll(() => at.close());
  const through = async (headers: Record<string, string>) => {
    const answer = await ask(at.port, {
      headers: { Host: '127.0.0.1:3000', 'X-Forwarded-Host': 'id.example', 'X-Forwarded-Proto': 'https', ...headers },
    });
    return { ...answer, seen: JSON.parse(answer.body) as Seen };
  };

  test('host and protocol are those that the browser used', async () => {
    const { status, seen, headers } = await through({ 'X-Forwarded-For': '203.0.113.9' });
    expect(status).toBe(200);
    expect(seen).toMatchObject({ address: '203.0.113.9', secure: true, href: 'https://id.example/' });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  test.each([
    ['one hop', '203.0.113.9', '203.0.113.9'],
    ['several of our proxies', '203.0.113.9, 10.1.1.1, fd00::1', '203.0.113.9'],
    ['what the client itself claims is left of it', '198.51.100.1, 10.9.9.9, 203.0.113.9, 10.1.1.1', '203.0.113.9'],
    ['with a port', '203.0.113.9:4711', '203.0.113.9'],
    ['IPv6 with a port', '[2001:db8::1]:4711', '2001:db8::1'],
    ['IPv4 in IPv6', '::ffff:203.0.113.9', '203.0.113.9'],
    ['something that is no address', 'unknown, 10.1.1.1', '10.1.1.1'],
    ['only proxies', '10.1.1.1', '10.1.1.1'],
  ])('the client is the right-most that is none of ours: %s', async (_name, chain, client) => {
    const { seen } = await through({ 'X-Forwarded-For': chain });
    expect(seen.address).toBe(client);
    expect(seen.headers['x-forwarded-for']).toBe(client);
  });

  test('a proxy that does not say https is told what to set', async () => {
    const { status, body } = await through({ 'X-Forwarded-Proto': 'http' });
    expect(status).toBe(400);
    expect(body).toContain('GATEHOUSE_TRUSTED_PROXIES');
  });

  test('a foreign forwarded host is refused', async () => {
    expect((await through({ 'X-Forwarded-Host': 'evil.example' })).status).toBe(421);
  });
});

test('a list of proxies that holds something else is refused by name', () => {
  expect(() => trustedProxies(['10.0.0.0/8', 'proxy.example'])).toThrow('"proxy.example"');
});

test('the log has one line a request, with its id and none of its secrets', async () => {
  const log: string[] = [];
  const at = await house(new URL('http://id.example'), [], log);
  const { headers } = await ask(at.port, {
    path: '/sign-in/dQw4w9WgXcQ_-abcdEFGH?code=s3cr3t-in-query',
    headers: {
      Host: 'id.example',
      Cookie: '_interaction=s3cr3t-in-cookie',
      Authorization: 'Bearer s3cr3t-in-header',
      'X-Request-Id': 'forged',
    },
  });
  await ask(at.port, { path: '/.well-known/openid-configuration', headers: { Host: 'id.example' } });
  await at.close();
  const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toMatchObject([
    { method: 'GET', path: '/sign-in/:id', status: 200, requestId: headers['x-request-id'], address: '127.0.0.1' },
    { path: '/.well-known/openid-configuration' },
  ]);
  expect(headers['x-request-id']).not.toBe('forged');
  expect(log.join('')).not.toMatch(/s3cr3t|dQw4w9WgXcQ|forged/);
});
