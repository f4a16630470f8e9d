import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, type Tokens } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import type { Visitor } from '../support/visitor.js';
import { clientRealm, type KeyServer, newKey, startKeyServer } from './client-realm.js';
import { signedIn, stores } from './flow-host.js';

// OpenID Connect Core 5.5.1: sign-in requirements in the claims parameter, for clients with public and with pairwise subjects.

const apps = ['public', 'pair-a'] as const;
type App = (typeof apps)[number];

describe.each(stores)('on %s:', (store) => {
  let keys: KeyServer;
  /** For each application: a browser that is signed in to it, and its tokens for two users. */
  const at = {} as Record<App, { visitor: Visitor; alice: Tokens; bob: Tokens }>;
  beforeAll(async () => {
    keys = await startKeyServer();
  });
  const host = useHost(() => clientRealm(store, [newKey('ES256')], keys));
  beforeAll(async () => {
    for (const id of apps) {
      const { tokens: bob } = await signedIn(host, application(id), {}, 'bob');
      const { tokens: alice, visitor } = await signedIn(host, application(id), {}, 'alice');
      at[id] = { visitor, alice, bob };
    }
  });
  afterAll(async () => {
    await keys.close();
  });

  const subOf = ({ id_token: token }: Tokens): string => String(claimsOf(token)['sub']);
  /** The answer to somebody's application that asks without a page. */
  async function answer(id: App, claims: unknown, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const authRequest = ask(host, application(id), { prompt: 'none', claims: JSON.stringify(claims), ...more });
    const { status, url } = await at[id].visitor.visit(authRequest.url);
    return url.searchParams.has('code') ? 'code' : (url.searchParams.get('error') ?? String(status));
  }
  const demanding = (id: App, sub: object, more?: Readonly<Record<string, string>>) =>
    answer(id, { id_token: { sub } }, more);

  describe.each(apps)('for %s, a subject', (id) => {
    test('that is demanded is the only one answered about', async () => {
      const { alice, bob } = at[id];
      expect(await demanding(id, { value: subOf(alice) })).toBe('code');
      expect(await demanding(id, { value: subOf(bob) })).toBe('login_required');
      expect(await demanding(id, { value: 'nobody' })).toBe('login_required');
    });

    test('may be one of several', async () => {
      const { alice, bob } = at[id];
      expect(await demanding(id, { values: [subOf(bob), subOf(alice)] })).toBe('code');
      expect(await demanding(id, { values: [subOf(bob)] })).toBe('login_required');
      expect(await demanding(id, { values: [] })).toBe('login_required');
    });

    test('that the hint does not mean is nobody', async () => {
      const { alice, bob } = at[id];
      expect(await demanding(id, { value: subOf(alice) }, { id_token_hint: alice.id_token })).toBe('code');
      expect(await demanding(id, { value: subOf(alice) }, { id_token_hint: bob.id_token })).toBe('login_required');
      expect(await demanding(id, { value: subOf(bob) }, { id_token_hint: alice.id_token })).toBe('login_required');
    });

    test.each<[string, object]>([
      ['a number', { value: 5 }],
      ['an object', { value: {} }],
      ['no list', { values: 'alice' }],
      ['a list of numbers', { values: [5] }],
    ])('that is %s is refused', async (_what, sub) => {
      expect(await demanding(id, sub)).toBe('invalid_request');
    });
  });

  test.each<[string, unknown]>([
    ['by a number', { essential: true, values: 5 }],
    ['by a text in place of a list', { essential: true, values: 'urn:gatehouse:acr:password' }],
    ['by a list of numbers', { essential: true, values: [5] }],
    ['neither yes nor no', { essential: 'true', value: 'urn:gatehouse:acr:password' }],
  ])('a level that is demanded %s is refused', async (_how, acr) => {
    expect(await answer('public', { id_token: { acr } })).toBe('invalid_request');
  });

  test.each<[string, unknown]>([
    ['a level that a sign-in reaches', { acr: { essential: true, values: ['x', 'urn:gatehouse:acr:password'] } }],
    ['a level without saying which', { acr: { essential: true } }],
    ['auth_time', { auth_time: { essential: true } }],
    ['what nobody knows', { nonsense: { essential: true }, sub: { purpose: 'x' }, acr: null }],
  ])('%s may be demanded', async (_what, demanded) => {
    expect(await answer('public', { id_token: demanded })).toBe('code');
  });
});
