import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seconds } from '../../src/base/clock.js';
import { application, ask, codeOf, exchange, refresh, signIn, token, userinfo } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowHost, MACHINE_SECRET, ORDERS, passwordOf, requestLine, stores } from './flow-host.js';

const app = application('confidential', CONFIDENTIAL_SECRET);

describe.each(stores)('on %s, the log line of a refused request names the mistake:', (kind) => {
  let host: Host;
  beforeAll(async () => {
    host = await flowHost(kind);
  });
  afterAll(() => host.end());

  const authorize = (params: Readonly<Record<string, string>>, by = app): Promise<Response> =>
    fetch(ask(host, by, params).url, { redirect: 'manual' });
  const post = (path: string, params: Readonly<Record<string, string>>, authorization?: string): Promise<Response> =>
    fetch(`${host.issuer}${path}`, {
      method: 'POST',
      body: new URLSearchParams(params),
      ...(authorization !== undefined && { headers: { authorization } }),
    });
  const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const codeFor = async (params: Readonly<Record<string, string>> = {}) => {
    const asked = ask(host, app, params);
    return { asked, code: codeOf(await signIn(new Visitor(), asked, 'alice', passwordOf(host, 'alice'))) };
  };

  test('a wrong redirect_uri, beside what is registered', async () => {
    const answer = await authorize({ redirect_uri: 'https://confidential.test/cb?state=secret-in-a-query' });
    expect(await requestLine(host, answer)).toMatchObject({
      level: 30,
      client: 'confidential',
      endpoint: 'authorization',
      error: 'invalid_redirect_uri',
      reason: 'redirect-uri-mismatch',
      words: 'redirect_uri was https://confidential.test/cb?…, registered is https://confidential.test/callback',
      address: expect.stringContaining('127.0.0.1'),
    });
    const page = await answer.text();
    expect(page).toContain('redirect_uri is not registered for this client, exactly as it was sent');
    expect(page).toContain(answer.headers.get('x-request-id'));
    // Neither what is registered nor what was sent: the page is shown to strangers.
    expect(page).not.toContain('confidential.test');
  });

  test('neither PKCE nor nonce', async () => {
    const { url } = ask(host, app);
    for (const name of ['code_challenge', 'code_challenge_method', 'nonce']) url.searchParams.delete(name);
    expect(await requestLine(host, await fetch(url, { redirect: 'manual' }))).toMatchObject({
      client: 'confidential',
      endpoint: 'authorization',
      reason: 'pkce-or-nonce-missing',
      words: expect.stringContaining('must send a code_challenge (PKCE, RFC 7636), or a nonce'),
    });
  });

  test('a wrong secret, and a client that nobody knows: alike to who asks', async () => {
    const wrong = await post('/token', { grant_type: 'client_credentials' }, basic('confidential', 'x'.repeat(43)));
    expect(await requestLine(host, wrong)).toMatchObject({
      client: 'confidential',
      endpoint: 'token',
      error: 'invalid_client',
      reason: 'secret-wrong',
      words: 'secret is wrong',
    });
    const unknown = await post('/token', { grant_type: 'client_credentials' }, basic('typed-by-a-stranger', 'x'));
    const line = await requestLine(host, unknown);
    expect(line).toMatchObject({ client: 'unknown client', reason: 'client-unknown' });
    expect(JSON.stringify(line)).not.toContain('typed-by-a-stranger');
    expect(await unknown.text()).toBe(await wrong.text());
  });

  test('a secret that is sent the wrong way', async () => {
    const posted = await post('/token', {
      grant_type: 'client_credentials',
      client_id: 'confidential',
      client_secret: CONFIDENTIAL_SECRET,
    });
    expect(await requestLine(host, posted)).toMatchObject({
      client: 'confidential',
      error: 'invalid_client',
      reason: 'authentication-method-wrong',
      words: expect.stringContaining('client authenticates by client_secret_basic, a secret was sent'),
    });
    const needless = await post('/token', {
      grant_type: 'authorization_code',
      client_id: 'asking',
      client_secret: 'x'.repeat(40),
    });
    expect(await requestLine(host, needless)).toMatchObject({
      client: 'asking',
      reason: 'authentication-method-wrong',
      words: 'client has no secret (authentication: none), a secret was sent in the body',
    });
  });

  test('a resource that is not the client’s', async () => {
    const answer = await authorize({ resource: 'https://stock.test' });
    expect(await requestLine(host, answer)).toMatchObject({
      client: 'confidential',
      error: 'invalid_target',
      reason: 'resource-not-allowed',
      words: 'resource https://stock.test is not one of the client’s',
    });
  });

  test('the issuer with a slash at its end', async () => {
    expect(await requestLine(host, await fetch(`${host.issuer}//.well-known/openid-configuration`))).toMatchObject({
      client: 'unknown client',
      endpoint: 'page',
      reason: 'issuer-trailing-slash',
    });
  });

  test('a token for another audience, at userinfo, introspection and the decision endpoint', async () => {
    const { code, asked } = await codeFor({ scope: 'openid orders:read', resource: ORDERS });
    const { body } = await exchange(host, asked, code);
    const { body: forOrders } = await refresh(host, app, body.refresh_token, { resource: ORDERS });
    expect(await requestLine(host, await userinfo(host, forOrders.access_token))).toMatchObject({
      endpoint: 'userinfo',
      error: 'invalid_token',
      reason: 'audience-wrong',
      words: `token is for ${ORDERS}, not for userinfo`,
    });
    const { body: own } = await token(
      host,
      { id: 'machine' },
      { grant_type: 'client_credentials', client_secret: MACHINE_SECRET },
    );
    const asks = await post(
      '/token/introspection',
      { token: own.access_token },
      basic('confidential', CONFIDENTIAL_SECRET),
    );
    expect(await asks.json()).toEqual({ active: false });
    expect(await requestLine(host, asks)).toMatchObject({
      status: 200,
      client: 'confidential',
      endpoint: 'introspection',
      reason: 'audience-wrong',
      words: `token of the client machine is for ${ORDERS}, which is not among the client’s introspects`,
    });
    const decides = await post('/access/v1/evaluation', {}, `Bearer ${own.access_token}`);
    expect(await requestLine(host, decides)).toMatchObject({
      status: 401,
      client: 'machine',
      endpoint: 'decision',
      reason: 'audience-wrong',
      words: `token is for ${ORDERS}, not for urn:gatehouse:api`,
    });
  });

  test('a code that has expired, which its client is told too', async () => {
    const { code, asked } = await codeFor();
    await host.advance(seconds(65));
    const answer = await post(
      '/token',
      { grant_type: 'authorization_code', code, redirect_uri: app.redirectUri, code_verifier: asked.verifier },
      basic('confidential', CONFIDENTIAL_SECRET),
    );
    const line = await requestLine(host, answer);
    expect(line).toMatchObject({
      client: 'confidential',
      endpoint: 'token',
      error: 'invalid_grant',
      reason: 'code-expired',
    });
    expect(line['words']).toMatch(/^code expired [5-9] s ago$/);
    expect(await answer.json()).toEqual({ error: 'invalid_grant', error_description: line['words'] });
  });

  test('a code that is redeemed a second time', async () => {
    const { code, asked } = await codeFor();
    const redeem = () =>
      post(
        '/token',
        { grant_type: 'authorization_code', code, redirect_uri: app.redirectUri, code_verifier: asked.verifier },
        basic('confidential', CONFIDENTIAL_SECRET),
      );
    expect((await redeem()).status).toBe(200);
    for (let time = 0; time < 2; time += 1) {
      expect(await requestLine(host, await redeem())).toMatchObject({
        client: 'confidential',
        reason: 'code-used',
        words: expect.stringMatching(/^code was redeemed \d s ago$/),
      });
    }
  });
});
