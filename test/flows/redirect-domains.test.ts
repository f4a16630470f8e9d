/** An address of a connector's e-mail domain leads to the other identity provider, by what was typed and by settings alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { interactions } from '../../src/oidc/interactions/interaction-document.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import type { Upstream } from '../support/upstream-op.js';
import { type Page, Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, changeConnector } from './ldap-realm.js';
import { addOffering, asksPassword, errorOf, linksOf } from './redirect-realm.js';
import { askedThere, atProvider, byLink, signInsAudited, startPartner, upstreamRealm } from './upstream-realm.js';

const app = application('public');
const OURS = 'a password of ours';
const NOT_OFFERED = 'The application does not accept this kind of account. Enter another username.';
const strict = [{ name: 'partner.test', enforce: true, except: ['chief', 'boss@partner.test'] }];

const account = (name: string) => ({
  ...{ preferred_username: name, name, email: `${name}@partner.test`, email_verified: true },
});

describe.each(['sqlite', 'mongodb'] as const)('the e-mail domain of another identity provider, on %s', (store) => {
  let upstream: Upstream;
  const host = useInProcessHost(upstreamRealm(store));
  beforeAll(async () => {
    // With the name as a hint, nobody types it there.
    const names = ['petra', 'zoe', 'quinn'];
    const accounts = names.map((name) => [`${name}@partner.test`, account(name)] as const);
    upstream = await startPartner(host, Object.fromEntries(accounts));
    await addOffering(host, 'ours', ['primary']);
    await addOffering(host, 'theirs', ['partner']);
    for (const [username, email, emailVerified] of [
      ['petra', 'petra@partner.test', true],
      ['chief', 'chief@partner.test', true],
      ['rita', 'rita@partner.test', true],
      ['free', 'free@partner.test', false],
      ['boss@partner.test', undefined, false],
      ['anna', 'anna@other.test', true],
    ] as const) {
      const password = { clear: OURS, generated: false };
      made(await host.parts.users.create(by, { username, password, ...(email && { email, emailVerified }) }));
    }
  });
  afterAll(() => upstream.stop());
  beforeEach(() => changeConnector(host, { domains: strict, linking: 'never', provisioning: {} }, 'partner'));

  async function named(identifier: string, at = app, params: Record<string, string> = {}) {
    const asked = ask(host, at, params);
    const visitor = new Visitor();
    const first = await visitor.visit(asked.url);
    const page = await visitor.submit(first, { identifier });
    return { asked, visitor, first, page };
  }
  const leadsThere = ({ left }: Page): boolean => left?.startsWith(`${upstream.issuer}/auth?`) === true;
  const claims = async ({ asked, page }: { readonly asked: ReturnType<typeof ask>; readonly page: Page }) =>
    claimsOf((await exchange(host, asked, codeOf(page))).body.id_token);
  async function withPassword(identifier: string, params: Record<string, string> = {}) {
    const { asked, visitor, page } = await named(identifier, app, params);
    if (leadsThere(page)) return 'leads there';
    const end = await visitor.submit(page, { password: OURS });
    return end.left === undefined ? errorOf(end) : String((await claims({ asked, page: end }))['idp']);
  }

  test('leads there at once from the page that asks for the name, with the name as a hint, and back', async () => {
    const { asked, visitor, first, page } = await named(' Zoe@PARTNER.test ');
    expect([asksPassword(first), leadsThere(page), page.status]).toEqual([false, true, 200]);
    expect(askedThere(page).get('login_hint')).toBe('zoe@partner.test');
    const signedIn = await claims({ asked, page: await atProvider(visitor, page, 'zoe') });
    expect(signedIn).toMatchObject({ idp: 'partner', amr: ['fed'] });
  });

  test('leads there in the same way whether or not somebody has an account with the address', async () => {
    const answers = await Promise.all(
      ['petra', 'nobody', 'free'].map(async (name) => {
        const { page } = await named(`${name}@partner.test`);
        const there = new URL(page.left ?? 'nowhere:');
        return [page.status, there.pathname, [...there.searchParams.keys()]];
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect((await named('somebody@other.test')).page.heading).toBe((await named('anna@other.test')).page.heading);
  });

  test('that is enforced takes no password of ours, but for the names that are excepted', async () => {
    expect(await withPassword('petra@partner.test')).toBe('leads there');
    // The right password, by another name of the same person.
    for (const name of ['petra', 'primary/petra', 'primary/petra@partner.test'])
      expect([name, await withPassword(name)]).toEqual([name, expect.stringContaining('does not meet')]);
    for (const name of ['chief', 'anna@other.test', 'free', 'primary/boss@partner.test'])
      expect([name, await withPassword(name)]).toEqual([name, 'primary']);
    expect(await withPassword('boss@partner.test', { idp_hint: 'primary' })).toBe('primary');
  });

  test('that nobody enforces leads there too, and takes the password of whoever types another name', async () => {
    await changeConnector(host, { domains: [{ name: 'partner.test' }] }, 'partner');
    expect(await withPassword('petra@partner.test')).toBe('leads there');
    for (const name of ['petra', 'primary/petra@partner.test']) expect(await withPassword(name)).toBe('primary');
    expect(await withPassword('petra@partner.test', { idp_hint: 'primary' })).toBe('primary');
  });

  test('that is enforced leads there from a form with name and password, and nothing of the password goes anywhere', async () => {
    const asked = ask(host, app, { idp_hint: 'primary' });
    const visitor = new Visitor();
    const form = await visitor.visit(asked.url);
    expect(asksPassword(form)).toBe(true);
    const secret = 'a password that nobody is to see';
    const page = await visitor.submit(form, { identifier: 'petra@partner.test', password: secret });
    expect([leadsThere(page), decodeURIComponent(page.left ?? '').includes('nobody')]).toEqual([true, false]);
    expect(await visitor.submit(form, { identifier: 'petra@partner.test', password: '' })).toMatchObject({
      left: expect.stringContaining(upstream.issuer),
    });
    const uid = form.url.pathname.split('/').at(-1) ?? '';
    const kept = await host.parts.realm.of(interactions).get(hashOf(uid));
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(kept?.identifier).toBe(undefined);
    expect(await host.parts.throttle.delaysOf('petra@partner.test')).toEqual([]);
  });

  test('is refused at a client that does not offer the connector', async () => {
    const visitor = new Visitor();
    const form = await visitor.visit(ask(host, application('ours')).url);
    const page = await visitor.submit(form, { identifier: 'petra@partner.test', password: OURS });
    expect(page.left).toBe(undefined);
    expect([page.status, errorOf(page)]).toEqual([403, NOT_OFFERED]);
    const asked = ask(host, application('theirs'));
    const alone = await new Visitor().visit(asked.url);
    expect([asksPassword(alone), [...linksOf(alone).keys()]]).toEqual([false, ['Continue with Partner Inc.']]);
  });

  test('is named by the prefix of the connector too', async () => {
    const { page } = await named('partner/zoe');
    expect([leadsThere(page), askedThere(page).get('login_hint')]).toEqual([true, 'zoe']);
  });

  test('does not lead there by the hint of an application: the page has the name filled in', async () => {
    const page = await new Visitor().visit(ask(host, app, { login_hint: 'zoe@partner.test' }).url);
    expect([page.left, page.fields['identifier']]).toEqual([undefined, 'zoe@partner.test']);
  });

  test('leads back to the page of the name when the sign-in there is cancelled or cannot begin', async () => {
    const { visitor, page } = await named('zoe@partner.test');
    const { url } = await visitor.request(page.left ?? '');
    expect(url).toContain(upstream.issuer);
    const state = askedThere(page).get('state') ?? '';
    const params = new URLSearchParams({ error: 'access_denied', state, iss: upstream.issuer });
    const denied = await visitor.visit(`${host.issuer}/connector/partner/callback?${params}`);
    expect([denied.status, asksPassword(denied), denied.text.includes('You were not signed in there.')]).toEqual([
      ...[403, false, true],
    ]);
    const { connection } = (await host.parts.connectors.get('partner')) ?? {};
    await changeConnector(host, { connection: { ...connection, issuer: 'http://127.0.0.1:1' } }, 'partner');
    const failed = await visitor.submit(denied, { identifier: 'zoe@partner.test' });
    await changeConnector(host, { connection }, 'partner');
    expect([failed.status, asksPassword(failed), failed.fields['identifier']]).toEqual([
      503,
      false,
      'zoe@partner.test',
    ]);
    expect((await signInsAudited(host))[0]).toMatchObject({ why: 'unavailable', connector: 'partner' });
  });

  test('joins the account with the address, verified on both sides, if the connector is trusted for the domain', async () => {
    await changeConnector(host, { linking: 'trust-verified-email' }, 'partner');
    const { asked, visitor, page } = await named('petra@partner.test');
    const petra = await host.parts.identifiers.holderOf('primary', 'petra');
    const joined = await claims({ asked, page: await atProvider(visitor, page, 'petra') });
    expect([joined['sub'], joined['idp']]).toEqual([petra?.id, 'partner']);
    // Another domain than the connector's is not trusted.
    await upstream.setAccount('anna', { ...account('anna2'), email: 'anna@other.test' });
    const other = new Visitor();
    const elsewhere = ask(host, app);
    const anna = await host.parts.identifiers.holderOf('primary', 'anna');
    const apart = await claims({
      asked: elsewhere,
      page: await byLink(other, await other.visit(elsewhere.url), 'anna'),
    });
    expect(apart['sub']).not.toBe(anna?.id);
  });

  test('takes the password that proves an account, where the provider has confirmed the person, and none of another domain', async () => {
    await changeConnector(host, { linking: 'ask' }, 'partner');
    const connection = { issuer: upstream.issuer, clientId: upstream.clientId };
    const third = connectorInput.parse({
      ...{ id: 'third', displayName: 'Third', kind: 'oidc', secret: upstream.clientSecret, connection },
      domains: [{ name: 'third.test', enforce: true }],
    });
    made(await host.parts.connectors.create(by, third));
    await upstream.setAccount('late@partner.test', { preferred_username: 'late' });
    const { visitor, page } = await named('late@partner.test');
    const question = await atProvider(visitor, page, 'late');
    expect(question.heading).toBe('Do you already have an account here?');
    const link = (identifier: string) => visitor.submit(question, { decision: 'link', identifier, password: OURS });
    const refused = await link('somebody@third.test');
    expect([refused.status, errorOf(refused)]).toEqual([403, NOT_OFFERED]);
    expect(codeOf(await link('rita@partner.test'))).toBeDefined();
  });

  test('asks who of the provider has to sign in again for no password', async () => {
    const { asked, visitor, page } = await named('quinn@partner.test');
    await claims({ asked, page: await atProvider(visitor, page, 'quinn') });
    const again = await visitor.visit(ask(host, app, { prompt: 'login' }).url);
    expect([asksPassword(again), again.heading, linksOf(again).size > 0]).toEqual([false, 'Sign in', true]);
  });
});
