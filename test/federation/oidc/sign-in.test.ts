/** Sign-ins at a real provider. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RedirectOutcome } from '../../../src/federation/contract/redirect-connector.js';
import { startUpstream, type Upstream } from '../../support/upstream-op.js';
import { Visitor } from '../../support/visitor.js';
import { connectorTo, REDIRECT_URI, signIn, STATE } from './connector.js';

let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream({
    redirectUris: [REDIRECT_URI],
    accounts: { bob: { email: 'bob@elsewhere.test', email_verified: false, name: 'Bob', groups: ['staff', 'owners'] } },
  });
});
afterAll(() => upstream.stop());

/** A browser that comes back with what the provider answered. */
function browser(visitor = new Visitor()) {
  return async (url: string): Promise<URLSearchParams> => {
    const { left, text } = await visitor.visit(url);
    if (left === undefined) throw new Error(text);
    return new URL(left).searchParams;
  };
}

const withGroups = { connection: { scopes: ['openid', 'email', 'profile', 'groups'] }, subject: { groups: 'groups' } };

function identityOf(outcome: RedirectOutcome) {
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome.identity;
}

describe('a person signs in', () => {
  test('and is known by the subject, with claims and groups', async () => {
    const connector = connectorTo(upstream, withGroups);
    const outcome = await signIn(connector, browser(), { loginHint: 'bob' });
    expect(outcome).toMatchObject({
      kind: 'ok',
      identity: { subject: 'subject-of-bob', groups: [{ name: 'staff' }, { name: 'owners' }] },
    });
    expect(Object.fromEntries(identityOf(outcome).claims)).toMatchObject({
      email: ['bob@elsewhere.test'],
      email_verified: ['false'],
      name: ['Bob'],
    });
    expect(connector.events).toEqual([]);
    expect(connector.health()).toMatchObject({ state: 'ok' });
  });

  test('by the form of the provider', async () => {
    const connector = connectorTo(upstream);
    const visitor = new Visitor();
    const outcome = await signIn(connector, async (url) => {
      const page = await visitor.visit(url);
      expect(page.heading).toBe('Upstream sign-in');
      const body = new URLSearchParams({ login: 'carol', action: 'sign-in' });
      const { left = 'about:blank' } = await visitor.visit(page.url, { method: 'POST', body });
      return new URL(left).searchParams;
    });
    expect(identityOf(outcome).subject).toBe('subject-of-carol');
  });

  test('who is not let in', async () => {
    const connector = connectorTo(upstream);
    expect(await signIn(connector, browser(), { loginHint: 'deny' })).toEqual({ kind: 'denied' });
    expect(connector.events).toEqual([]);
  });

  test('with claims that changed there', async () => {
    await upstream.setAccount('dora', { name: 'Dora', groups: ['a'] });
    const connector = connectorTo(upstream, withGroups);
    expect(identityOf(await signIn(connector, browser(), { loginHint: 'dora' })).groups).toEqual([{ name: 'a' }]);
    await upstream.setAccount('dora', { name: 'Dora', groups: [] });
    const { groups, claims } = identityOf(await signIn(connector, browser(), { loginHint: 'dora' }));
    expect(groups).toEqual([]);
    expect(claims.has('email')).toBe(false);
  });
});

describe('the request', () => {
  async function parameters(request: object = {}): Promise<Record<string, string>> {
    const begun = await connectorTo(upstream).begin({ state: STATE, ...request });
    if (begun.kind !== 'begun') throw new Error(begun.reason);
    expect(begun.url.startsWith(`${upstream.issuer}/auth?`)).toBe(true);
    return Object.fromEntries(new URL(begun.url).searchParams);
  }

  test('has a nonce, a challenge of PKCE and the state of the caller', async () => {
    expect(await parameters()).toEqual({
      response_type: 'code',
      client_id: upstream.clientId,
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email',
      state: STATE,
      nonce: expect.stringMatching(/^.{43}$/),
      code_challenge: expect.stringMatching(/^.{43}$/),
      code_challenge_method: 'S256',
    });
  });

  test('passes on what was asked', async () => {
    expect(await parameters({ loginHint: 'bob', uiLocales: 'de en', maxAgeSeconds: 300 })).toMatchObject({
      login_hint: 'bob',
      ui_locales: 'de en',
      max_age: '300',
    });
    expect(await parameters({ maxAgeSeconds: 300 })).not.toHaveProperty('prompt');
    expect(await parameters({ maxAgeSeconds: 0 })).toMatchObject({ max_age: '0', prompt: 'login' });
    expect(await parameters({ choosesAccount: true })).toMatchObject({ prompt: 'select_account' });
    expect(await parameters({ maxAgeSeconds: 0, choosesAccount: true })).toMatchObject({
      prompt: 'login select_account',
    });
  });
});

describe('a person who is signed in there', () => {
  test('proves anew who they are, if asked, and the time is told', async () => {
    const connector = connectorTo(upstream);
    const visitor = new Visitor();
    expect(await signIn(connector, browser(visitor), { loginHint: 'erin' })).not.toHaveProperty('authenticatedAt');
    const outcome = await signIn(connector, browser(visitor), { loginHint: 'erin', maxAgeSeconds: 0 });
    if (outcome.kind !== 'ok') throw new Error(outcome.kind);
    expect(Math.abs((outcome.authenticatedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('may choose another account, if asked', async () => {
    const connector = connectorTo(upstream);
    const visitor = new Visitor();
    await signIn(connector, browser(visitor), { loginHint: 'fred' });
    const same = await signIn(connector, browser(visitor));
    expect(identityOf(same).subject).toBe('subject-of-fred');
    const begun = await connector.begin({ state: STATE, choosesAccount: true });
    if (begun.kind !== 'begun') throw new Error(begun.reason);
    expect((await visitor.visit(begun.url)).heading).toBe('Upstream sign-in');
  });
});

test('of many completions with one code, one gets in', async () => {
  const connector = connectorTo(upstream);
  const begun = await connector.begin({ state: STATE, loginHint: 'bob' });
  if (begun.kind !== 'begun') throw new Error(begun.reason);
  const query = await browser()(begun.url);
  const answer = { state: STATE, kept: begun.kept, query };
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => connector.complete(answer)));
  expect(outcomes.filter(({ kind }) => kind === 'ok').length).toBeLessThanOrEqual(1);
  const refused = outcomes.filter(({ kind }) => kind !== 'ok');
  expect(refused.every((outcome) => 'reason' in outcome && outcome.reason === 'code-refused')).toBe(true);
  expect(await connector.complete(answer)).toEqual({ kind: 'upstream-error', reason: 'code-refused' });
});

test('a code for another redirect URI or sign-in is refused there', async () => {
  const connector = connectorTo(upstream);
  const request = { state: STATE, loginHint: 'bob' };
  const [one, other] = [await connector.begin(request), await connector.begin(request)];
  if (one.kind !== 'begun' || other.kind !== 'begun') throw new Error('It did not begin.');
  const query = await browser()(one.url);
  expect(await connector.complete({ state: STATE, kept: other.kept, query })).toEqual({
    kind: 'upstream-error',
    reason: 'code-refused',
  });
});

describe('the client', () => {
  test('has another secret there', async () => {
    const connector = connectorTo(upstream, { secret: 'another-secret' });
    expect(await signIn(connector, browser(), { loginHint: 'bob' })).toEqual({
      kind: 'misconfigured',
      reason: 'client-refused',
    });
    expect(connector.events).toEqual([{ reason: 'client-refused', details: { status: 401 } }]);
    expect(connector.health()).toMatchObject({ state: 'failing', lastFailure: 'client-refused' });
  });

  test('has no secret here', async () => {
    const connector = connectorTo(upstream, { secret: null });
    expect(await signIn(connector, browser())).toEqual({ kind: 'misconfigured', reason: 'no-secret' });
  });

  test('has another redirect URI there, and the browser does not come back', async () => {
    await upstream.setRedirectUris(['https://other.test/callback']);
    await expect(signIn(connectorTo(upstream), browser(), { loginHint: 'bob' })).rejects.toThrow('redirect_uri');
    await upstream.setRedirectUris([REDIRECT_URI]);
  });

  test.each(['client_secret_post', 'none'] as const)('proves itself by %s', async (clientAuthentication) => {
    const another = await startUpstream({
      redirectUris: [REDIRECT_URI],
      clientAuthentication,
      // Claims are then at the userinfo endpoint alone.
      claimsIn: 'userinfo',
    });
    try {
      const connector = connectorTo(another, {
        ...withGroups,
        connection: { ...withGroups.connection, clientAuthentication },
        claims: ['email'],
        ...(clientAuthentication === 'none' && { secret: null }),
      });
      const { claims, groups } = identityOf(await signIn(connector, browser(), { loginHint: 'bob' }));
      expect(claims.get('email')).toEqual(['bob@upstream.test']);
      expect(groups).toEqual([{ name: 'staff' }]);
    } finally {
      await another.stop();
    }
  });
});

test('a test of the connector sees the provider', async () => {
  expect(await connectorTo(upstream).test()).toMatchObject([
    { step: 'discovery', outcome: 'ok' },
    { step: 'keys', outcome: 'ok' },
  ]);
});
