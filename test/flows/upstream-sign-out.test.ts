/** A sign-out here goes on to the identity provider by which the session began, if its connector says so. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sessions } from '../../src/sessions/session.js';
import { ask, claimsOf, codeOf, signIn } from '../support/application.js';
import { signOut } from '../support/sign-out.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector } from './ldap-realm.js';
import { linksOf } from './redirect-realm.js';
import { BYE, registered, shop, useUpstreamRealm } from './sign-out-realm.js';

const SIGNED_OUT = 'You are signed out';

describe.each(['sqlite', 'mongodb'] as const)('a sign-out here, on %s', (store) => {
  const realm = useUpstreamRealm(store, { connection: { logout: 'always' } });
  const { host } = realm;
  /** The provider does not tell us: what ends here ends by us. */
  beforeEach(() => realm.upstream.setLogout({ returnTo: registered(host).returnTo }));

  const setLogout = async (logout: 'never' | 'ask' | 'always', more: object = {}): Promise<void> => {
    const { issuer, clientId } = realm.upstream;
    await changeConnector(host, { connection: { issuer, clientId, logout, ...more } }, 'partner');
  };
  const isSignedIn = async (visitor: Visitor): Promise<boolean> => {
    const { left, url } = await visitor.visit(`${host.issuer}/account`);
    return left === undefined && url.pathname === '/account';
  };
  /** Whether the browser has a session there: then the provider asks for no name. */
  const isSignedInThere = async (visitor: Visitor): Promise<boolean> => {
    const first = await visitor.visit(ask(host, shop).url);
    const left = await visitor.visit(linksOf(first).get('Continue with Partner Inc.') ?? 'nowhere:');
    return (await visitor.visit(left.left ?? 'nowhere:')).heading !== 'Upstream sign-in';
  };
  const back = { post_logout_redirect_uri: BYE, state: 'of the shop' };
  /** From where we led to, through the question of the provider, to where it sends the browser. */
  async function throughUpstream(visitor: Visitor, address: string): Promise<Page> {
    const question = await visitor.visit(address);
    expect(question.heading).toBe('Upstream sign-out');
    const left = await visitor.submit(question, { logout: 'yes' });
    return visitor.visit(left.left ?? 'nowhere:');
  }

  describe('with `always`', () => {
    beforeAll(() => setLogout('always'));

    test('goes on there with the ID token, after the session here has ended, and then to the application', async () => {
      const { visitor, tokens } = await realm.signIn('ada');
      const { left = '' } = await signOut(visitor, host, { id_token_hint: tokens.id_token, ...back });
      const params = new URL(left).searchParams;
      expect(left).toMatch(`${realm.upstream.issuer}/session/end?`);
      expect(claimsOf(params.get('id_token_hint') ?? '')).toMatchObject({ sub: 'subject-of-ada' });
      expect(params.get('client_id')).toBe(realm.upstream.clientId);
      expect(params.get('post_logout_redirect_uri')).toBe(`${host.issuer}/connector/partner/signed-out`);
      expect(await isSignedIn(visitor)).toBe(false);
      expect((await throughUpstream(visitor, left)).left).toBe(`${BYE}?state=of+the+shop`);
      expect(await isSignedInThere(visitor)).toBe(false);
    });

    test('goes on there after a question, too', async () => {
      const { visitor } = await realm.signIn('bea');
      const { left = '' } = await signOut(visitor, host, { client_id: shop.id, ...back });
      expect(await isSignedIn(visitor)).toBe(false);
      expect((await throughUpstream(visitor, left)).left).toBe(`${BYE}?state=of+the+shop`);
    });

    test('ends on our page if no application waits', async () => {
      const { visitor } = await realm.signIn('cy');
      const { left = '' } = await signOut(visitor, host);
      expect(await throughUpstream(visitor, left)).toMatchObject({ status: 200, heading: SIGNED_OUT });
    });

    test('does not go on there from one application alone', async () => {
      const { visitor } = await realm.signIn('dee');
      const question = await visitor.visit(`${host.issuer}/session/end?client_id=${shop.id}`);
      const page = await visitor.submit(question);
      expect([page.left, page.heading]).toEqual([undefined, 'You are still signed in']);
    });

    test('does not go on there if the session began with a password', async () => {
      const password = 'a password of ours';
      const fields = { username: 'eve', password: { clear: password, generated: false } };
      expect(await host.parts.users.create(by, fields)).toMatchObject({ ok: true });
      const visitor = new Visitor();
      codeOf(await signIn(visitor, ask(host, shop), 'eve', password));
      const page = await signOut(visitor, host);
      expect([page.left, page.heading]).toEqual([undefined, SIGNED_OUT]);
    });

    test('leaves nothing of the ID token in the store in the clear', async () => {
      const { tokens } = await realm.signIn('fay');
      const userId = String(claimsOf(tokens.id_token)['sub']);
      const { rows } = await host.parts.realm.of(sessions).find('byUser', { userId }, { limit: 1 });
      const hint = rows[0]?.signOutHint ?? '';
      expect(claimsOf(hint)).toMatchObject({ sub: 'subject-of-fay' });
      expect(JSON.stringify(rows[0]?.proofs)).not.toContain(hint);
      const stored = await host.dump();
      expect(stored).not.toContain(hint);
      expect(stored).not.toContain(hint.split('.')[1]);
    });
  });

  describe('brings back only', () => {
    const comeBack = (state: string, connector = 'partner', visitor = new Visitor()) =>
      visitor.visit(`${host.issuer}/connector/${connector}/signed-out?${new URLSearchParams({ state })}`);
    beforeAll(() => setLogout('always'));

    async function stateOf(login: string): Promise<string> {
      const { visitor } = await realm.signIn(login);
      const { left = '' } = await signOut(visitor, host, { client_id: shop.id, ...back });
      return new URL(left).searchParams.get('state') ?? '';
    }

    test('a state of ours, of this connector, as it is', async () => {
      const state = await stateOf('gil');
      expect((await comeBack(state)).left).toBe(`${BYE}?state=of+the+shop`);
      const changed = `${state.slice(0, -3)}${state.endsWith('AAA') ? 'BBB' : 'AAA'}`;
      for (const [wrong, connector] of [[changed], [''], ['https://evil.test'], [state, 'other']] as const)
        expect(await comeBack(wrong, connector)).toMatchObject({ status: 410, left: undefined });
    });

    test('a browser that gets nothing else from the address', async () => {
      const { visitor } = await realm.signIn('ida');
      const other = { state: await stateOf('jon'), post_logout_redirect_uri: 'https://evil.test', error: 'x' };
      const page = await visitor.visit(`${host.issuer}/connector/partner/signed-out?${new URLSearchParams(other)}`);
      expect(page.left).toBe(`${BYE}?state=of+the+shop`);
      expect(await isSignedIn(visitor)).toBe(true);
    });
  });

  describe('with `ask`', () => {
    beforeAll(() => setLogout('ask'));

    test('offers it on our page', async () => {
      const { visitor } = await realm.signIn('kim');
      const page = await signOut(visitor, host);
      expect(page).toMatchObject({ heading: SIGNED_OUT, left: undefined });
      expect(await isSignedIn(visitor)).toBe(false);
      const address = linksOf(page).get('Sign out at Partner Inc. too') ?? 'nowhere:';
      expect(await throughUpstream(visitor, address)).toMatchObject({ status: 200, heading: SIGNED_OUT });
      expect(await isSignedInThere(visitor)).toBe(false);
    });

    test('leads to an application that waits, and asks nothing in between', async () => {
      const { visitor, tokens } = await realm.signIn('lee');
      const page = await signOut(visitor, host, { id_token_hint: tokens.id_token, ...back });
      expect(page.left).toBe(`${BYE}?state=of+the+shop`);
      expect(await isSignedInThere(visitor)).toBe(true);
    });
  });

  test('with `never` leaves the session there alone', async () => {
    await setLogout('never');
    const { visitor } = await realm.signIn('mia');
    const page = await signOut(visitor, host);
    expect([page.left, page.heading, linksOf(page).size]).toEqual([undefined, SIGNED_OUT, 0]);
    expect([await isSignedIn(visitor), await isSignedInThere(visitor)]).toEqual([false, true]);
  });

  test('happens even if the provider is away, or the connector is gone', async () => {
    await setLogout('always');
    const { visitor } = await realm.signIn('nora');
    const other = await realm.signIn('otto');
    // Another process of Gatehouse, or the connector opened anew, knows nothing of the provider yet.
    await setLogout('always', { timeout: 500 });
    await realm.upstream.stop();
    const page = await signOut(visitor, host, { client_id: shop.id, ...back });
    expect(page.left).toBe(`${BYE}?state=of+the+shop`);
    expect(await isSignedIn(visitor)).toBe(false);
    await changeConnector(host, { enabled: false }, 'partner');
    expect(await signOut(other.visitor, host)).toMatchObject({ heading: SIGNED_OUT, left: undefined });
  });
});
