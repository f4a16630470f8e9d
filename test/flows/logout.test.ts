import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { hours, minutes, now } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { comeToSignOut, signOut } from '../support/sign-out.js';
import type { Visitor } from '../support/visitor.js';
import { passwordOf, signedIn, stores } from './flow-host.js';

const first = application('first');
const second = application('second');
const pairwise = application('pairwise');
const deaf = application('deaf');
/** Does not answer in the one test that signs in there. */
const away = application('away');

/** Receives logout notifications, at one path per client. */
interface Receiver {
  readonly server: Server;
  readonly port: number;
  readonly heard: { readonly clientId: string; readonly token: string; readonly contentType: string }[];
  /** Statuses to answer with, other than 200. */
  answers: Record<string, number>;
}

async function receiver(): Promise<Receiver> {
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      const clientId = (req.url ?? '').slice(1);
      const token = new URLSearchParams(body).get('logout_token') ?? '';
      made.heard.push({ clientId, token, contentType: req.headers['content-type'] ?? '' });
      res.writeHead(made.answers[clientId] ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: Receiver = { server, port: (server.address() as AddressInfo).port, heard: [], answers: {} };
  return made;
}

const client = (id: string, port: number, more: object = {}): object => ({
  id,
  name: id,
  firstParty: true,
  authentication: 'none',
  redirectUris: [`https://${id}.test/callback`],
  postLogoutRedirectUris: [`https://${id}.test/bye`],
  ...(port > 0 && { backchannelLogoutUri: `http://127.0.0.1:${port}/${id}` }),
  ...more,
});

describe.each(stores)('an ended session, on %s,', (store) => {
  let to: Receiver;
  beforeAll(async () => {
    to = await receiver();
  });
  const host = useHost(() => ({
    store,
    clients: [
      client('first', to.port),
      client('second', to.port, { idTokenAlgorithm: 'PS256' }),
      client('pairwise', to.port, { subjectType: 'pairwise' }),
      client('deaf', 0),
      client('away', to.port),
    ],
    users: ['alice', 'bob'].map((username) => ({ username, permanentPassword: true })),
    env: { GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' },
  }));
  afterAll(() => {
    to.server.closeAllConnections();
    to.server.close();
  });
  beforeEach(() => {
    to.heard.length = 0;
    to.answers = {};
  });

  /** Signs in to one application and then, in the same session, to others; gives their ID tokens. */
  async function everywhere(username = 'alice', others = [second, pairwise]) {
    const { visitor, tokens } = await signedIn(host, first, {}, username);
    const idTokens = [tokens.id_token];
    for (const other of others) {
      const authRequest = ask(host, other);
      idTokens.push((await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)))).body.id_token);
    }
    return { visitor, idTokens };
  }

  async function until(what: () => boolean): Promise<void> {
    // A failed delivery is tried again by a job, which looks every few seconds.
    const late = performance.now() + 60_000;
    while (!what()) {
      if (performance.now() > late) throw new Error(`It did not come to it:\n${host.logs().slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** What was heard of the sessions of these ID tokens. Those of earlier tests may still be reported. */
  function heardOf(idTokens: readonly string[]): Receiver['heard'] {
    const sessions = new Set(idTokens.map((idToken) => decodeJwt(idToken)['sid']));
    return to.heard.filter(({ token }) => sessions.has(decodeJwt(token)['sid']));
  }

  /** Checks that exactly these ID tokens' sessions were reported, each to its own application, with a valid token. */
  async function told(idTokens: readonly string[]): Promise<void> {
    await until(() => heardOf(idTokens).length >= idTokens.length);
    const published = createRemoteJWKSet(new URL(`${host.issuer}/jwks`));
    const heard = await Promise.all(
      heardOf(idTokens).map(async ({ clientId, token, contentType }) => {
        expect(contentType).toBe('application/x-www-form-urlencoded');
        const { payload, protectedHeader } = await jwtVerify(token, published, {
          issuer: host.issuer,
          audience: clientId,
          typ: 'logout+jwt',
          requiredClaims: ['iat', 'exp', 'jti'],
          currentDate: new Date(now() + host.ahead()),
        });
        expect(payload['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
        expect(payload).not.toHaveProperty('nonce');
        expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
        return `${String(protectedHeader.alg)} ${clientId} ${String(payload.sub)} ${String(payload['sid'])}`;
      }),
    );
    const expected = idTokens.map((idToken) => {
      const { aud, sub, sid } = decodeJwt(idToken);
      return `${String(decodeProtectedHeader(idToken).alg)} ${String(aud)} ${String(sub)} ${String(sid)}`;
    });
    expect(heard.sort()).toEqual(expected.sort());
    expect(new Set(heardOf(idTokens).map(({ token }) => decodeJwt(token).jti)).size).toBe(idTokens.length);
  }

  async function logOut(visitor: Visitor, idToken: string) {
    const params = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: 'https://first.test/bye' });
    return signOut(visitor, host, Object.fromEntries(params));
  }

  test('is something that discovery says applications are told of, by session', async () => {
    const discovery: unknown = await (await fetch(`${host.issuer}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  test('is told once to each application, by its algorithm and its name of the person, when the person signs out', async () => {
    const { visitor, idTokens } = await everywhere();
    const authRequest = ask(host, deaf);
    codeOf(await visitor.visit(authRequest.url));
    expect((await logOut(visitor, idTokens[0] ?? '')).url.href).toBe('https://first.test/bye');
    await told(idTokens);
    expect(claimsOf(idTokens[2] ?? '')['sub']).not.toBe(claimsOf(idTokens[0] ?? '')['sub']);
  });

  test('is told when the operator signs the person out', async () => {
    const sessions = [await everywhere('bob'), await everywhere('bob', [])];
    expect((await host.command('user', 'sign-out', 'bob')).code).toBe(0);
    await told(sessions.flatMap(({ idTokens }) => idTokens));
  });

  test('is told when the operator disables the person', async () => {
    const { idTokens } = await everywhere('bob');
    expect((await host.command('user', 'disable', 'bob')).code).toBe(0);
    await told(idTokens);
    expect((await host.command('user', 'enable', 'bob')).code).toBe(0);
  });

  test('is told when somebody else signs in to the same browser', async () => {
    const { visitor, idTokens } = await everywhere('bob');
    const page = await signIn(visitor, ask(host, first, { prompt: 'login' }), 'alice', passwordOf(host, 'alice'));
    if (page.url.hostname === 'localhost') codeOf(await visitor.submit(page));
    await told(idTokens);
  });

  test('is told when it is ended from another browser, at /account/sessions', async () => {
    const other = await everywhere('bob');
    const mine = await signedIn(host, deaf, {}, 'bob');
    const page = await mine.visitor.visit(`${host.issuer}/account/sessions`);
    const form = page.text.split('<form').find((part) => part.includes('name="session"')) ?? '';
    const field = (name: string): string => new RegExp(`name="${name}" value="([^"]+)"`).exec(form)?.[1] ?? '';
    const body = new URLSearchParams({ csrf: field('csrf'), form: 'end', session: field('session') });
    await mine.visitor.visit(page.url, { method: 'POST', body });
    await told(other.idTokens);
  });

  test('is told by the next server, when the one that ended it was killed before', async () => {
    const { visitor, idTokens } = await everywhere();
    to.answers = { first: 503, second: 503, pairwise: 503 };
    await logOut(visitor, idTokens[0] ?? '');
    await host.kill();
    to.heard.length = 0;
    to.answers = {};
    await host.advance(minutes(3));
    await host.restart();
    await told(idTokens);
  });

  describe('for which the browser comes by a link', () => {
    const back = { post_logout_redirect_uri: 'https://deaf.test/bye', state: 'a b' };
    const isSignedIn = async (visitor: Visitor): Promise<boolean> =>
      (await visitor.visit(ask(host, deaf, { prompt: 'none' }).url)).url.searchParams.has('code');
    /** Checks the browser's page, and that the session lasts until the question is answered. */
    async function met(visitor: Visitor, params: Readonly<Record<string, string>>): Promise<string> {
      const page = await comeToSignOut(visitor, host, params);
      if (page.heading === 'Sign out?') expect(await isSignedIn(visitor)).toBe(true);
      return page.heading ?? page.url.href;
    }

    test('is ended at once where the only application of the session sends its ID token, expired or not', async () => {
      for (const pause of [0, hours(2)]) {
        const { visitor, tokens } = await signedIn(host, deaf);
        await host.advance(pause);
        expect(await met(visitor, { id_token_hint: tokens.id_token, ...back })).toBe('https://deaf.test/bye?state=a+b');
        expect(await isSignedIn(visitor)).toBe(false);
        expect(visitor.cookie('gatehouse-session')).toBeUndefined();
        expect((await refresh(host, deaf, tokens.refresh_token)).body.error).toBe('invalid_grant');
      }
      const { visitor, tokens } = await signedIn(host, deaf);
      expect(await met(visitor, { id_token_hint: tokens.id_token })).toBe('You are signed out');
      const named = await signedIn(host, pairwise);
      expect(await met(named.visitor, { id_token_hint: named.tokens.id_token })).toBe('You are signed out');
      await told([named.tokens.id_token]);
    });

    test('is ended at once by the person’s own pages besides, and asked about with another application', async () => {
      const { visitor, tokens } = await signedIn(host, deaf);
      expect((await visitor.visit(`${host.issuer}/account`)).heading).toBe('Your account');
      expect(await met(visitor, { id_token_hint: tokens.id_token })).toBe('You are signed out');

      const both = await everywhere('alice', [deaf]);
      expect(await met(both.visitor, { id_token_hint: both.idTokens[1] ?? '', ...back })).toBe('Sign out?');
      const left = await signOut(both.visitor, host, { id_token_hint: both.idTokens[1] ?? '', ...back });
      expect([left.url.href, await isSignedIn(both.visitor)]).toEqual(['https://deaf.test/bye?state=a+b', false]);
    });

    test('is never ended without a question where the link is one that anybody can make', async () => {
      const { visitor } = await signedIn(host, deaf);
      for (const params of [{}, { client_id: 'deaf' }, { client_id: 'deaf', ...back }, { logout_hint: 'alice' }])
        expect([params, await met(visitor, params)]).toEqual([params, 'Sign out?']);
      const posted = await visitor.visit(`${host.issuer}/session/end`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'deaf', ...back }),
      });
      expect(posted.heading).toBe('Sign out?');
    });

    test('is asked about where the ID token is of another person, application or session', async () => {
      const earlier = await signedIn(host, deaf);
      const signed = await signedIn(host, first);
      const other = await signedIn(host, deaf, {}, 'bob');
      await host.advance(minutes(2));
      const { visitor } = await signedIn(host, deaf);
      for (const { id_token } of [earlier.tokens, signed.tokens, other.tokens])
        expect(await met(visitor, { id_token_hint: id_token })).toBe('Sign out?');
      // Both sessions began at the same time; only the `sid` of the ID token differs.
      const [here, there] = [await signedIn(host, first), await signedIn(host, first)];
      const byHint = async ({ tokens }: typeof here) =>
        (await comeToSignOut(here.visitor, host, { id_token_hint: tokens.id_token })).heading;
      expect([await byHint(there), await byHint(here)]).toEqual(['Sign out?', 'You are signed out']);
    });
  });

  test('is told later to whom it could not be told, and given up in the end with a line in the log', async () => {
    const { visitor, idTokens } = await everywhere('alice', [away]);
    to.answers = { away: 500 };
    await logOut(visitor, idTokens[0] ?? '');
    // The other one does not wait for it.
    await until(() => heardOf(idTokens).length === 2);
    const isLogged = (text: string): boolean =>
      host
        .logs()
        .split('\n')
        .some((line) => line.includes('"client":"away"') && line.includes(text));
    // The line says that the next attempt is written, so the clock may move.
    await until(() => isLogged('it is tried again'));
    to.heard.length = 0;
    await host.advance(minutes(1));
    await until(() => heardOf(idTokens).length > 0);
    expect(heardOf(idTokens)[0]?.clientId).toBe('away');
    await host.advance(hours(25));
    await until(() => isLogged('it is not tried again'));
  });
});
