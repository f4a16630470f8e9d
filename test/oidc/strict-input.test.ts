/** Input that the library never sees, because it would read it leniently. */
import { describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { refusalFields } from '../../src/http/refusals/log-refusal.js';
import { endpointAt } from '../../src/oidc/endpoints/endpoints.js';
import { strictInput } from '../../src/oidc/requests/strict-input.js';
import { koaContext, posted, realPages } from './koa-context.js';

const judge = strictInput('https://id.example.com', realPages);

/** The body as the library reads it. */
async function bodyIn(req: IncomingMessage): Promise<string> {
  const { iterator } = req as unknown as { iterator: () => AsyncIterable<Buffer> };
  const chunks: Buffer[] = [];
  for await (const chunk of iterator()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Judges a request to this endpoint. Gives its answer, or that it passed. */
async function judged(path: string, ctx = koaContext()) {
  const endpoint = endpointAt(path);
  if (!endpoint) throw new Error(`There is no ${path}.`);
  let passed = false;
  await judge(ctx, endpoint, async () => {
    passed = true;
  });
  return { passed, status: ctx.status, body: ctx.body, logged: refusalFields(ctx.req) };
}

describe('a request', () => {
  test('with a readable query goes on to the library', async () => {
    expect(await judged('/auth', koaContext({ url: '/auth?state=%C3%A4' }))).toMatchObject({ passed: true });
  });

  test.each(['state=%FF', 'state=%', 'state=%00'])('with the query %s is refused', async (query) => {
    const { passed, status, logged } = await judged('/auth', koaContext({ url: `/auth?${query}` }));
    expect({ passed, status }).toEqual({ passed: false, status: 400 });
    expect(logged).toMatchObject({ endpoint: 'authorization', reason: 'body-unreadable' });
  });

  test('with a readable form goes on with every byte of it', async () => {
    const sent = 'client_id=shop&client_secret=s%2Bx&resource=a&resource=b';
    const ctx = posted(sent);
    expect(await judged('/token', ctx)).toMatchObject({ passed: true });
    expect(await bodyIn(ctx.req)).toBe(sent);
  });

  test('with a form that is not UTF-8 is refused before its client is looked at', async () => {
    expect(await judged('/token', posted('code=%FF'))).toMatchObject({
      passed: false,
      status: 400,
      body: { error: 'invalid_request', error_description: 'the body is not urlencoded UTF-8' },
    });
  });

  test('with a body of another type is for the library to judge', async () => {
    const json = posted('{}', { headers: { 'content-type': 'application/json' } });
    expect(await judged('/token', json)).toMatchObject({ passed: true });
  });

  test('is refused on a page where a browser sent it, and as JSON that no cache keeps elsewhere', async () => {
    const browser = await judged('/auth', koaContext({ url: '/auth?a=%FF', headers: { accept: 'text/html' } }));
    expect(browser.body).toContain('<!doctype html>');
    const ctx = koaContext({ url: '/auth?a=%FF' });
    expect((await judged('/auth', ctx)).body).toMatchObject({ error: 'invalid_request' });
    expect(ctx.response.headers['cache-control']).toBe('no-store');
  });
});

describe('a body', () => {
  const SECRET = 'client_id=shop&client_secret=s';
  const ofBytes = (bytes: number) => posted(`${SECRET}&x=`.padEnd(bytes, 'x'));

  test('may have 56 KiB', async () => {
    expect(await judged('/token', ofBytes(56 * 1024))).toMatchObject({ passed: true });
    expect(await judged('/token', ofBytes(56 * 1024 + 1))).toMatchObject({
      passed: false,
      status: 413,
      logged: { reason: 'body-unreadable' },
    });
  });

  test('that is stored until it is answered may have 16 KiB', async () => {
    expect(await judged('/request', ofBytes(16 * 1024))).toMatchObject({ passed: true });
    expect(await judged('/request', ofBytes(16 * 1024 + 1))).toMatchObject({
      passed: false,
      status: 413,
      logged: { reason: 'request-too-large' },
    });
  });
});

describe('a client', () => {
  const challenged = async (path: string, form: string, authorization?: string) => {
    const ctx = posted(form, authorization === undefined ? {} : { headers: { authorization } });
    const { passed, status, logged } = await judged(path, ctx);
    return { passed, status, reason: logged['reason'], challenge: ctx.response.headers['www-authenticate'] };
  };

  test('that says nothing of itself is refused without a challenge', async () => {
    expect(await challenged('/token', 'grant_type=authorization_code')).toEqual({
      passed: false,
      status: 401,
      reason: 'client-missing',
      challenge: undefined,
    });
  });

  test('that only says who it is gets a token, and is challenged where it must prove it', async () => {
    expect(await challenged('/token', 'client_id=shop')).toMatchObject({ passed: true });
    expect(await challenged('/token/introspection', 'client_id=shop')).toEqual({
      passed: false,
      status: 401,
      reason: 'not-authenticated',
      challenge: 'Basic realm="https://id.example.com", error="invalid_client"',
    });
  });

  test('that authenticates by a kind that is not offered is challenged', async () => {
    const bearer = await challenged('/token', 'client_id=shop', 'Bearer x');
    expect(bearer).toMatchObject({ passed: false, status: 401, reason: 'authentication-malformed' });
    expect(bearer.challenge).toContain('Basic realm=');
    expect(await challenged('/token', '', 'Basic x')).toMatchObject({ passed: true });
  });

  test('need not authenticate where browsers come', async () => {
    expect(await challenged('/session/end', 'id_token_hint=x')).toMatchObject({ passed: true });
  });
});
