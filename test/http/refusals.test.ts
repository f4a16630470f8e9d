import { expect, test } from '@jest/globals';
import Koa from 'koa';
import { pino } from 'pino';
import { accessLog } from '../../src/http/server/access-log.js';
import { because, whyOf } from '../../src/http/refusals/because.js';
import { noteIgnored } from '../../src/http/refusals/ignored.js';
import { logRefusal } from '../../src/http/refusals/log-refusal.js';
import { quoted } from '../../src/http/refusals/quoted.js';
import { shownName } from '../../src/http/refusals/shown-name.js';
import { shownUri } from '../../src/http/refusals/shown-uri.js';
import { REASONS } from '../../src/http/refusals/reasons.js';
import { ask, listening } from './listening.js';

/** The single log line of a request. */
async function lineOf(answer: Koa.Middleware): Promise<Record<string, unknown>> {
  const lines: string[] = [];
  const app = new Koa();
  const logged = Promise.withResolvers<string>();
  const startLine = accessLog(
    pino(
      {},
      {
        write: (line: string) => {
          lines.push(line);
          logged.resolve(line);
        },
      },
    ),
  );
  app.use(answer);
  const handle = app.callback();
  const at = await listening((req, res) => {
    startLine(req, res);
    void handle(req, res);
  });
  await ask(at.port);
  await logged.promise;
  await at.close();
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

test('an error carries its reason where nobody sees it by accident', () => {
  const error = because(new Error('invalid_client'), 'secret-wrong');
  expect(whyOf(error)).toEqual({ reason: 'secret-wrong', words: REASONS['secret-wrong'].cause });
  expect(whyOf(because(error, 'code-expired', 'code expired 5 s ago'))).toEqual({
    reason: 'code-expired',
    words: 'code expired 5 s ago',
  });
  expect(Object.keys(error)).toEqual([]);
  expect(whyOf(new Error('another'))).toBeUndefined();
});

test('the one line of a refused request says why it was refused, and who asked', async () => {
  const line = await lineOf((ctx) => {
    logRefusal(ctx, { client: 'shop', endpoint: 'token', error: 'invalid_client', reason: 'other', words: 'earlier' });
    logRefusal(ctx, {
      client: 'shop',
      endpoint: 'token',
      error: 'invalid_client',
      reason: 'secret-wrong',
      words: 'secret is wrong',
    });
    ctx.status = 401;
  });
  expect(line).toMatchObject({
    level: 30,
    status: 401,
    client: 'shop',
    endpoint: 'token',
    error: 'invalid_client',
    reason: 'secret-wrong',
    words: 'secret is wrong',
    requestId: expect.any(String),
    address: expect.stringContaining('127.0.0.1'),
  });
});

test('a refusal before any client is known says so, and its words are bounded', async () => {
  const line = await lineOf((ctx) => {
    logRefusal(ctx, { endpoint: 'token', reason: 'other', words: 'x'.repeat(10_000) });
    ctx.status = 400;
  });
  expect(line['client']).toBe('unknown client');
  expect(String(line['words']).length).toBeLessThanOrEqual(600);
});

test('a request that was not refused has no reason', async () => {
  const line = await lineOf((ctx) => {
    ctx.body = 'fine';
  });
  expect(line).not.toHaveProperty('reason');
  expect(line).not.toHaveProperty('ignored');
});

test('what was ignored is named in the line, at most ten, and only what looks like a name', async () => {
  const line = await lineOf((ctx) => {
    noteIgnored(ctx, 'scope', ['orders:fly', 'orders:fly', 'a secret\nin the wrong place']);
    noteIgnored(ctx, 'parameter', ['kc_idp_hint']);
    noteIgnored(
      ctx,
      'parameter',
      Array.from({ length: 40 }, (_, n) => `p${n}`),
    );
    ctx.body = 'fine';
  });
  expect(line['ignored']).toHaveLength(10);
  expect((line['ignored'] as string[]).slice(0, 3)).toEqual([
    'scope orders:fly',
    'scope (not a name)',
    'parameter kc_idp_hint',
  ]);
});

test('a value from outside is bounded and forges no line', () => {
  expect(quoted('https://app.example/cb')).toBe('https://app.example/cb');
  expect(quoted('a\nb\u202ec\u0000')).toBe('a\\u{a}b\\u{202e}c\\u{0}');
  expect(quoted('\n'.repeat(100_000)).length).toBe(201);
  expect(quoted('x'.repeat(100_000))).toBe(`${'x'.repeat(200)}…`);
});

test.each([
  ['https://shop.example/cb?code=1#x', 'https://shop.example/cb?…#…'],
  ['https://shop.example', 'https://shop.example'],
  ['https://shop.example/', 'https://shop.example/'],
  ['https://alice:secret@shop.example/cb', 'https://shop.example/cb'],
  ['https://shop.example/alice@people.example', 'https://shop.example/…'],
  [`https://shop.example/${'k'.repeat(43)}/cb`, 'https://shop.example/…/cb'],
  ['com.example.app:/callback', 'com.example.app:/callback'],
  ['urn:gatehouse:api', 'urn:gatehouse:api'],
  ['hunter2', '(not a URL)'],
  [undefined, '(none)'],
  [`https://a.example/${'y'.repeat(9000)}`, '(not a URL)'],
])('of the address %s the log says %s', (address, shown) => {
  expect(shownUri(address)).toBe(shown);
});

test.each(['orders:fly', 'https://www.googleapis.com/auth/calendar.readonly', 'offline_access', 'kc_idp_hint'])(
  'the name %s is logged',
  (name) => {
    expect(shownName(name)).toBe(name);
  },
);

test.each([
  '4f2a9c',
  'a\nb',
  '',
  'cafe0123456789abcdef0123456789ab',
  `x${'y'.repeat(100)}`,
  'p:Zm9vYmFyMTIzNDU2Nzg5MDEy',
])('what is no name is not: %j', (name) => {
  expect(shownName(name)).toBe('(not a name)');
});
