import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { seconds } from '../../src/base/clock.js';
import { application, ask, codeOf, exchange, refresh, signIn, token, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import {
  CONFIDENTIAL_SECRET,
  flowRealm,
  MACHINE_SECRET,
  ORDERS,
  passwordOf,
  requestLine,
  stores,
} from './flow-host.js';

const app = application('confidential', CONFIDENTIAL_SECRET);

describe.each(stores)('on %s, the log line of a refused request names the mistake:', (kind) => {
  const host = useHost(flowRealm(kind));

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
    const authRequest = ask(host, app, params);
    return {
      asked: authRequest,
      code: codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice'))),
    };
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
    const { url } = ask(host, application('defaulting'));
    for (const name of ['code_challenge', 'code_challenge_method', 'nonce']) url.searchParams.delete(name);
    expect(await requestLine(host, await fetch(url, { redirect: 'manual' }))).toMatchObject({
      client: 'defaulting',
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

  test('an unknown scope, before anybody signs in', async () => {
    const answer = await authorize({ scope: 'orders:fly' });
    expect(answer.headers.get('location')).toContain('error=invalid_scope');
    expect(await requestLine(host, answer)).toMatchObject({
      client: 'confidential',
      endpoint: 'authorization',
      error: 'invalid_scope',
      reason: 'scope-unknown',
      words: expect.stringContaining('orders:fly'),
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

  describe('a failed sign-in:', () => {
    const failed = async (typed: Readonly<Record<string, string>>) => {
      const visitor = new Visitor();
      const page = await visitor.visit(ask(host, app).url);
      return requestLine(host, await visitor.submit(page, typed));
    };

    test('a wrong password, with the user’s id and without the name', async () => {
      const line = await failed({ identifier: 'bob', password: 'not what bob has' });
      expect(line).toMatchObject({
        client: 'confidential',
        endpoint: 'sign-in',
        reason: 'wrong-password',
        status: 403,
      });
      expect(line['user']).toMatch(/^[\w-]{20,}$/);
      expect(JSON.stringify(line)).not.toMatch(/\bbob\b|not what/);
    });

    test('a name that nobody has, without it', async () => {
      const line = await failed({ identifier: 'my-password-in-the-name', password: 'x' });
      expect(line).toMatchObject({ client: 'confidential', reason: 'unknown-user' });
      expect(line).not.toHaveProperty('user');
      expect(JSON.stringify(line)).not.toContain('my-password');
    });

    test('a disabled user, who typed the right password', async () => {
      expect((await host.command('user', 'disable', 'judy')).code).toBe(0);
      const line = await failed({ identifier: 'judy', password: passwordOf(host, 'judy') });
      expect(line).toMatchObject({ reason: 'user-disabled', user: expect.any(String) });
    });

    test('throttled', async () => {
      let line: Record<string, unknown> = {};
      for (let time = 0; time < 12 && line['status'] !== 429; time += 1) {
        line = await failed({ identifier: 'ivan', password: `guess ${time}` });
      }
      expect(line).toMatchObject({ status: 429, reason: 'sign-in-throttled', client: 'confidential' });
    });

    test('a form of another sign-in', async () => {
      expect(await failed({ csrf: 'planted', identifier: 'bob', password: 'x' })).toMatchObject({
        reason: 'form-expired',
        error: 'stale-form',
      });
    });
  });

  describe('a refused page:', () => {
    test('no cookie, and a sign-in that is over', async () => {
      const visitor = new Visitor();
      const { url } = await visitor.visit(ask(host, app).url);
      expect(await requestLine(host, await fetch(url))).toMatchObject({ status: 410, reason: 'cookie-missing' });
      const other = await fetch(url, { headers: { cookie: 'another=1' } });
      expect(await requestLine(host, other)).toMatchObject({ status: 410, reason: 'interaction-expired' });
    });

    test('nothing at the address, and what is no text', async () => {
      expect(await requestLine(host, await fetch(`${host.issuer}/nothing`))).toMatchObject({ reason: 'not-found' });
      expect(await requestLine(host, await fetch(`${host.issuer}/auth?x=%zz`))).toMatchObject({
        reason: 'body-unreadable',
      });
    });
  });

  test('parameters that were ignored are named, and only what looks like a name', async () => {
    const answer = await authorize({ kc_idp_hint: 'google', [`k${'9'.repeat(20)}`]: 'x' });
    expect(answer.status).toBe(303);
    expect(await requestLine(host, answer)).toMatchObject({
      ignored: ['parameter kc_idp_hint', 'parameter (not a name)'],
    });
  });

  test('a client that cuts its upload leaves no warning and no error', async () => {
    const before = host.logs().length;
    for (const [path, type] of [
      ['/token', 'application/x-www-form-urlencoded'],
      ['/auth', 'application/x-www-form-urlencoded'],
      ['/token/introspection', 'application/x-www-form-urlencoded'],
    ]) {
      const socket = connect(host.port, '127.0.0.1');
      socket.on('error', () => undefined);
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost:${host.port}\r\nContent-Type: ${type}\r\nContent-Length: 500\r\n\r\n`;
      await new Promise<void>((resolve) => socket.write(`${head}client_id=`, () => resolve()));
      // Until it is being read.
      await fetch(`${host.issuer}/healthz`);
      socket.resetAndDestroy();
    }
    const lines = (): Record<string, unknown>[] =>
      host
        .logs()
        .slice(before)
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const until = performance.now() + 10_000;
    while (lines().filter(({ aborted }) => aborted === true).length < 3 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(lines().filter(({ aborted }) => aborted === true)).toHaveLength(3);
    expect(lines().filter(({ level }) => Number(level) > 30)).toEqual([]);
    expect(host.logs().slice(before)).not.toContain('    at ');
  });

  test('nothing that a stranger puts into the wrong place is in the log', async () => {
    const secret = 'Xq7-a-secret-typed-into-the-wrong-place_9fK2';
    const line = '\n{"level":60,"msg":"forged"}';
    const answers = [
      ...(await Promise.all(
        ['client_id', 'redirect_uri', 'scope', 'resource', 'response_type', 'state', 'prompt', 'request', secret].map(
          (name) => authorize({ [name]: secret }),
        ),
      )),
      await authorize({ redirect_uri: `https://${'x'.repeat(10)}.test/${secret}?code=${secret}#${secret}` }),
      await authorize({ resource: `https://orders.test/${secret}`, scope: `${secret} ${line}` }),
      await authorize({ redirect_uri: `https://a.test/${'y'.repeat(5000)}`, scope: line }),
      ...(await Promise.all(
        ['grant_type', 'code', 'refresh_token', 'client_id', 'client_secret', 'scope', 'client_assertion', secret].map(
          (name) => post('/token', { grant_type: 'authorization_code', redirect_uri: app.redirectUri, [name]: secret }),
        ),
      )),
      await post('/token', {}, basic(secret, secret)),
      await post('/token', { grant_type: secret, code: secret }, basic('confidential', CONFIDENTIAL_SECRET)),
      await post('/token/introspection', { token: secret }, basic('confidential', CONFIDENTIAL_SECRET)),
      await post('/access/v1/evaluation', {}, `Bearer ${secret}`),
      await post('/access/v1/evaluation', {}, basic(secret, secret)),
      await userinfo(host, secret),
      await fetch(`${host.issuer}/session/end?id_token_hint=${secret}&client_id=${secret}`),
      await fetch(`${host.issuer}/${secret}`),
    ];
    const lines = await Promise.all(answers.map((answer) => requestLine(host, answer)));
    // It is a set of refusals, and each has its one line.
    expect(lines.filter(({ reason }) => reason !== undefined).length).toBeGreaterThan(20);
    for (const each of lines) expect(JSON.stringify(each).length).toBeLessThan(1500);
    expect(host.logs()).not.toContain(secret);
    expect(host.logs()).not.toContain(encodeURIComponent(secret));
    expect(host.logs()).not.toContain('forged');
    expect(host.logs()).not.toContain(CONFIDENTIAL_SECRET);
  });
});
