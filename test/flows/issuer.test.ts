import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { SignJWT } from 'jose';
import { application, ask, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { freePort } from '../support/host/free-port.js';
import type { Host } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';
import { type Nginx, nginxBefore } from '../support/nginx.js';
import { Visitor } from '../support/visitor.js';
import { flowRealm, passwordOf, requestLine, stores } from './flow-host.js';

const app = application('public');

/** From the first redirect to the last logout, all below the issuer. */
async function wholeLife(host: Host): Promise<Visitor> {
  const visitor = new Visitor();
  const authRequest = ask(host, app);
  const page = await visitor.visit(authRequest.url);
  expect(page.url.href.startsWith(`${host.issuer}/sign-in/`)).toBe(true);
  const back = await visitor.submit(page, { identifier: 'alice', password: passwordOf(host, 'alice') });
  const { status, body } = await exchange(host, authRequest, codeOf(back));
  expect(status).toBe(200);
  expect((await userinfo(host, body.access_token)).status).toBe(200);
  expect((await refresh(host, app, body.refresh_token)).status).toBe(200);
  codeOf(await visitor.visit(ask(host, app, { prompt: 'none' }).url));
  expect((await visitor.visit(`${host.issuer}/account`)).heading).toBe('Your account');
  return visitor;
}

async function logOut(host: Host, visitor: Visitor): Promise<void> {
  const asks = await visitor.visit(`${host.issuer}/session/end`);
  const out = await visitor.submit(asks, { logout: 'yes' });
  expect(out.heading).toBe('You are signed out');
  const silent = await visitor.visit(ask(host, app, { prompt: 'none' }).url);
  expect(silent.url.searchParams.get('error')).toBe('login_required');
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Returns the token endpoint's error for a DPoP proof with this `htu` (RFC 9449 4.3). The refresh token sent with it is invalid. */
async function provedFor(host: Host, htu: string): Promise<string> {
  const body = new URLSearchParams({ client_id: 'bound', grant_type: 'refresh_token', refresh_token: 'x.y' });
  const ask = async (nonce?: string): Promise<Response> => {
    const claims = { htm: 'POST', htu, jti: randomUUID(), iat: Math.floor(Date.now() / 1000), nonce };
    const dpop = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey.export({ format: 'jwk' }) })
      .sign(privateKey);
    return fetch(`${host.issuer}/token`, { method: 'POST', headers: { dpop }, body });
  };
  const unknowing = await ask();
  const answer = await ask(unknowing.headers.get('dpop-nonce') ?? undefined);
  return ((await answer.json()) as { error: string }).error;
}

describe.each(stores)('an issuer with a path, on %s,', (store) => {
  let origin: string;
  const host = useHost(flowRealm(store, { issuerPath: '/people/id' }));
  beforeAll(() => {
    ({ origin } = new URL(host.issuer));
  });

  test('signs in, keeps signed in, and signs out below its path', async () => {
    const visitor = await wholeLife(host);
    await logOut(host, visitor);
  });

  test('says at its own address what it is, and leads to the account pages', async () => {
    for (const at of [host.issuer, `${host.issuer}/`]) {
      const page = await fetch(at);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
      const html = await page.text();
      expect(html).toContain('<h1>Sign-in service of ');
      expect(html).toContain('href="/people/id/account"');
    }
    expect((await fetch(origin)).status).toBe(404);
    expect((await fetch(host.issuer, { method: 'POST' })).status).toBe(404);
  });

  test('tells a browser at another host name the right address, an API caller in JSON, and repeats nothing of it', async () => {
    const { port } = new URL(host.issuer);
    const answerAt = async (accept: string, named: string) =>
      new Promise<{ status: number | undefined; type: string | undefined; body: string }>((resolve, reject) => {
        const headers = { Host: named, Accept: accept };
        const sent = request({ host: '127.0.0.1', port, path: '/people/id/auth?x=evil', headers }, (answer) => {
          let body = '';
          answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
          answer.on('end', () => {
            resolve({ status: answer.statusCode, type: answer.headers['content-type'], body });
          });
        });
        sent.on('error', reject).end();
      });
    for (const named of [`127.0.0.1:${port}`, 'evil.example', 'evil"><script>']) {
      const page = await answerAt('text/html,application/xhtml+xml,*/*;q=0.8', named);
      expect([page.status, page.type]).toEqual([421, 'text/html; charset=utf-8']);
      expect(page.body).toContain(`<a href="${host.issuer}">${host.issuer}</a>`);
      // Nothing else is answered at that address, so its style sheet and picture come from the right one.
      expect(page.body).toMatch(new RegExp(`href="${host.issuer}/assets/styles[^"]+\\.css"`));
      for (const accept of ['*/*', 'application/json']) {
        const problem = await answerAt(accept, named);
        expect([problem.status, problem.type]).toEqual([421, expect.stringContaining('application/problem+json')]);
        expect(JSON.parse(problem.body)).toMatchObject({ code: 'wrong-host' });
        expect(problem.body).not.toContain('evil');
      }
      expect(page.body).not.toMatch(/evil|127\.0\.0\.1/);
    }
  });

  test('takes proofs of possession for its own address, and for none that leaves its path out', async () => {
    expect(await provedFor(host, `${host.issuer}/token`)).toBe('invalid_grant');
    expect(await provedFor(host, `${origin}/token`)).toBe('invalid_dpop_proof');
  });

  test('publishes itself in every form in which a library may look for it', async () => {
    for (const url of [
      `${host.issuer}/.well-known/openid-configuration`,
      `${host.issuer}/.well-known/oauth-authorization-server`,
      `${origin}/.well-known/oauth-authorization-server/people/id`,
      `${origin}/.well-known/openid-configuration/people/id`,
    ]) {
      const published = (await (await fetch(url)).json()) as Record<string, string>;
      expect(published['issuer']).toBe(host.issuer);
      for (const [name, value] of Object.entries(published)) {
        if (name.endsWith('_endpoint') || name === 'jwks_uri') expect(value.startsWith(`${host.issuer}/`)).toBe(true);
      }
      expect((await fetch(published['jwks_uri'] ?? '')).status).toBe(200);
    }
  });

  test('serves its pages’ files below its path, and health at the root', async () => {
    const page = await new Visitor().visit(ask(host, app).url);
    const [, href = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(page.text) ?? [];
    expect(href.startsWith('/people/id/assets/')).toBe(true);
    expect((await fetch(new URL(href, origin))).status).toBe(200);
    for (const path of ['/healthz', '/readyz']) expect((await fetch(`${origin}${path}`)).status).toBe(200);
  });

  test('gives the interaction’s cookies their own page’s path, below its own', async () => {
    const answer = await new Visitor().request(ask(host, app).url);
    const cookies = answer.headers.getSetCookie();
    expect(cookies.find((cookie) => cookie.startsWith('gatehouse-interaction='))).toMatch(
      /path=\/people\/id\/sign-in\//,
    );
    expect(cookies.find((cookie) => cookie.startsWith('gatehouse-resume='))).toMatch(/path=\/people\/id\/auth\//);
  });

  test('has nothing outside of its path: a proxy that strips it is found out', async () => {
    for (const path of ['/', '/auth', '/account', '/jwks', '/.well-known/openid-configuration', '/people/idle/auth']) {
      expect([path, (await fetch(`${origin}${path}`)).status]).toEqual([path, 404]);
    }
  });
});

describe('behind nginx, as the page on proxies has it,', () => {
  // nginx's own connections come from there, so that a client on 127.0.0.1 is none of the trusted.
  const PROXY = '127.0.0.2';
  let port: number;
  let nginx: Nginx;
  const host = useHost(async () => {
    port = await freePort();
    return flowRealm('sqlite', { issuer: `https://localhost:${port}/id`, env: { GATEHOUSE_TRUSTED_PROXIES: PROXY } });
  });
  beforeAll(async () => {
    nginx = await nginxBefore({ port, upstream: host.port, from: PROXY });
  });
  afterAll(() => nginx.end());

  const discovery = () => `${host.issuer}/.well-known/openid-configuration`;

  test('an https issuer signs in, keeps signed in and signs out', async () => {
    await logOut(host, await wholeLife(host));
  });

  test('takes proofs of possession for the address that clients know, and not for the one behind', async () => {
    expect(await provedFor(host, `${host.issuer}/token`)).toBe('invalid_grant');
    expect(await provedFor(host, `http://127.0.0.1:${host.port}/id/token`)).toBe('invalid_dpop_proof');
    expect(await provedFor(host, `${host.issuer.replace('https', 'http')}/token`)).toBe('invalid_dpop_proof');
  });

  test('its cookies have the prefixes that make a browser refuse them from any other host', async () => {
    const visitor = new Visitor();
    const begun = await visitor.request(ask(host, app).url);
    for (const cookie of begun.headers.getSetCookie()) expect(cookie).toMatch(/^__Secure-.*; secure/i);
    const done = await signIn(visitor, ask(host, app), 'alice', passwordOf(host, 'alice'));
    const session = done.headers.getSetCookie().filter((cookie) => /gatehouse-session/.test(cookie));
    expect(session).toHaveLength(2);
    for (const cookie of session) {
      expect(cookie).toMatch(/^__Host-/);
      expect(cookie).toMatch(/; path=\/;/i);
      expect(cookie).toMatch(/; secure/i);
      expect(cookie).not.toMatch(/domain=/i);
    }
    expect(done.headers.get('strict-transport-security')).toMatch(/max-age=\d{6,}/);
  });

  test('what a client says of itself is not believed', async () => {
    const answer = await fetch(discovery(), {
      headers: {
        'X-Forwarded-For': '203.0.113.9',
        'X-Real-IP': '203.0.113.9',
        Forwarded: 'for=203.0.113.9;host=evil.test;proto=http',
        'X-Forwarded-Host': 'evil.test',
        'X-Forwarded-Proto': 'http',
      },
    });
    expect(answer.status).toBe(200);
    expect(await requestLine(host, answer)).toMatchObject({ address: '127.0.0.1' });
  });

  /** Past the proxy, as somebody inside the network could. */
  const past = (headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const { pathname } = new URL(discovery());
      request({ host: '127.0.0.1', port: host.port, path: pathname, headers }, (res) => {
        res.resume();
        resolve(res.statusCode);
      })
        .on('error', reject)
        .end();
    });

  test('who goes past it cannot say that they came by it', async () => {
    const { host: named } = new URL(host.issuer);
    expect(await past({ Host: named, 'X-Forwarded-Proto': 'https' })).toBe(400);
    expect(await past({ Host: 'evil.test', 'X-Forwarded-Host': named, 'X-Forwarded-Proto': 'https' })).toBe(421);
    expect(await past({ Host: named, Forwarded: `host=${named};proto=https` })).toBe(400);
  });

  test('another host is refused', async () => {
    const other = discovery().replace('localhost', '127.0.0.1');
    expect((await fetch(other)).status).toBe(421);
  });
});
