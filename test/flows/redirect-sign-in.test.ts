/** People sign in on the pages of another identity provider, and the answer counts for the browser that began it, once. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { application, ask, type Asked, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { sessions } from '../../src/sessions/session.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, changeConnector, confirmedAgo } from './ldap-realm.js';
import {
  addOffering,
  addRedirect,
  asksPassword,
  errorOf,
  linksOf,
  OLD_TREASURERS,
  redirectRealm,
  Upstream,
  UPSTREAM,
} from './redirect-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };
const app = application('public');
const HOUR = 3_600_000;
const FORM = 'application/x-www-form-urlencoded';
const EXPIRED = 'This page is no longer valid';

describe.each(['sqlite', 'mongodb'] as const)('a sign-in at another identity provider, on %s', (store) => {
  const upstream = new Upstream();
  const host = useInProcessHost(redirectRealm(store, upstream));
  beforeAll(async () => {
    await addRedirect(host, { id: 'corp', displayName: 'Example Corp' });
    await addRedirect(host, { id: 'other', displayName: 'Another' });
    await addOffering(host, 'primary-only', ['primary']);
    await addOffering(host, 'corp-only', ['corp']);
    for (const name of ['ada', 'bo', 'cy', 'dee', 'eve']) upstream.knows(name, { name });
  });
  beforeEach(() => {
    upstream.fault = undefined;
  });

  const follow = async (visitor: Visitor, page: Page, words = 'Continue with Example Corp'): Promise<string> => {
    const left = await visitor.visit(linksOf(page).get(words) ?? 'nowhere:');
    expect(left.left).toMatch(UPSTREAM);
    return left.url.searchParams.get('state') ?? '';
  };
  const callback = (params: Readonly<Record<string, string>>, connector = 'corp'): string =>
    `${host.issuer}/connector/${connector}/callback?${new URLSearchParams(params)}`;
  async function begun(params: Readonly<Record<string, string>> = ORDERS, at = app) {
    const asked = ask(host, at, params);
    const visitor = new Visitor();
    const page = await visitor.visit(asked.url);
    return { asked, visitor, page, state: await follow(visitor, page) };
  }
  const tokensOf = async (asked: Asked, page: Page) => (await exchange(host, asked, codeOf(page))).body;
  async function signedIn(code: string, params?: Readonly<Record<string, string>>) {
    const { asked, visitor, state } = await begun(params);
    const body = await tokensOf(asked, await visitor.visit(callback({ code, state })));
    return { visitor, body, claims: claimsOf(body.id_token) };
  }
  const isKnown = async (name: string) =>
    (await host.parts.users.listByUserstore('corp', { limit: 100 })).rows.some(({ username }) => username === name);

  test('ends at the application, with one account for each subject', async () => {
    const { claims } = await signedIn('ada');
    expect(claims).toMatchObject({ idp: 'corp', amr: ['fed'], acr: 'urn:gatehouse:acr:password' });
    expect(await host.parts.users.get(String(claims['sub']))).toMatchObject({ username: 'ada', userstore: 'corp' });
    expect((await signedIn('ada')).claims['sub']).toBe(claims['sub']);
    expect((await signedIn('bo')).claims['sub']).not.toBe(claims['sub']);
  });

  test('hands on what the application asks for', async () => {
    const wishes = { login_hint: 'ada@corp.test', ui_locales: 'en de', max_age: '60', prompt: 'select_account' };
    await begun({ ...ORDERS, ...wishes });
    expect(upstream.asked.at(-1)).toMatchObject({
      ...{ loginHint: 'ada@corp.test', uiLocales: 'en de', maxAgeSeconds: 60, choosesAccount: true },
    });
    await begun({ ...ORDERS, prompt: 'login' });
    expect(upstream.asked.at(-1)).toMatchObject({ maxAgeSeconds: 0 });
  });

  test('tells the application when the person signed in there', async () => {
    const authenticatedAt = Date.now() - HOUR;
    upstream.knows('long-ago', { name: 'fay' }, { authenticatedAt });
    const { claims } = await signedIn('long-ago', { ...ORDERS, max_age: '86400' });
    expect(claims['auth_time']).toBe(Math.floor(authenticatedAt / 1000));
  });

  test('counts once: an answer that comes again signs nobody in', async () => {
    const { visitor, state } = await begun();
    const answer = callback({ code: 'cy', state });
    codeOf(await visitor.visit(answer));
    for (const again of [new Visitor(), visitor]) {
      const page = await again.visit(answer);
      expect([page.left, page.heading]).toEqual([undefined, EXPIRED]);
    }
  });

  test('counts once, also when it failed', async () => {
    const { visitor, page, state } = await begun();
    expect((await visitor.visit(callback({ code: 'unheard of', state }))).status).toBe(503);
    const again = await visitor.visit(callback({ code: 'cy', state }));
    expect([again.left, again.heading]).toEqual([undefined, page.heading]);
  });

  test('hands on what an answer has, and nothing that it need not have', async () => {
    const { visitor, state } = await begun();
    const more = { code: 'c'.repeat(4097), iss: 'https://upstream.test', user: 'Ada', next: 'https://evil.test' };
    const sent = await visitor.request(callback({ state, ...more }));
    const { pathname, search } = new URL(sent.headers.get('location') ?? '', host.issuer);
    expect([sent.status, pathname]).toEqual([
      303,
      expect.stringMatching(/^\/sign-in\/[\w-]+\/redirect\/corp\/answer$/),
    ]);
    expect([...new URLSearchParams(search).keys()].toSorted()).toEqual(['iss', 'state', 'user']);
  });

  test('is asked for anew where somebody who came from there has to prove themselves again', async () => {
    await addRedirect(host, { id: 'old', displayName: 'Old', mapping: OLD_TREASURERS });
    upstream.knows('gus', { name: 'gus' }, { authenticatedAt: Date.now() - HOUR }, ['vault']);
    upstream.knows('hal', { name: 'hal' }, {}, ['vault']);
    const asked = ask(host, app, ORDERS);
    const visitor = new Visitor();
    const state = await follow(visitor, await visitor.visit(asked.url), 'Continue with Old');
    expect(upstream.asked.at(-1)).not.toHaveProperty('maxAgeSeconds');
    // A second factor has to be set up, and the sign-in there is too old for that, or of an age that it does not tell.
    const page = await visitor.visit(callback({ code: 'gus', state }, 'old'));
    expect(page.heading).toBe('Sign in');
    const untold = await follow(visitor, page, 'Continue with Old');
    expect((await visitor.visit(callback({ code: 'hal', state: untold }, 'old'))).heading).toBe('Sign in');
    const again = await follow(visitor, page, 'Continue with Old');
    expect(upstream.asked.at(-1)).toMatchObject({ maxAgeSeconds: 0 });
    upstream.knows('gus', { name: 'gus' }, { authenticatedAt: Date.now() }, ['vault']);
    const enrols = await visitor.visit(callback({ code: 'gus', state: again }, 'old'));
    expect(enrols.heading).toBe('Set up a second factor');
  });

  test('is for the browser that began it', async () => {
    const { state } = await begun();
    const { visitor: victim } = await begun();
    const page = await victim.visit(callback({ code: 'dee', state }));
    expect([page.status, page.heading]).toEqual([410, EXPIRED]);
    expect(await isKnown('dee')).toBe(false);
  });

  test('takes no answer that another connector was asked for, and none that nobody asked for', async () => {
    const { visitor, state, page } = await begun();
    const [uid] = state.split('.');
    for (const answer of [
      callback({ code: 'dee', state }, 'other'),
      callback({ code: 'dee', state: `${uid}.guessed` }),
    ])
      expect((await visitor.visit(answer)).heading).toBe(page.heading);
    for (const unknown of ['', 'nothing', 'a.b.c', `${'x'.repeat(101)}.y`])
      expect((await visitor.visit(callback({ code: 'dee', state: unknown }))).heading).toBe('This did not work');
    expect(await isKnown('dee')).toBe(false);
  });

  test('works in two tabs, whichever comes back first', async () => {
    const { visitor, page, state } = await begun();
    const second = await follow(visitor, page);
    const denied = await visitor.visit(callback({ error: 'access_denied', state: second }));
    expect(denied.status).toBe(403);
    codeOf(await visitor.visit(callback({ code: 'eve', state })));
    const other = await begun();
    codeOf(await other.visitor.visit(callback({ code: 'eve', state: await follow(other.visitor, other.page) })));
    // Its request is over; the page says where to begin again.
    const late = await other.visitor.visit(callback({ code: 'eve', state: other.state }));
    expect([late.left, late.heading]).toEqual([undefined, EXPIRED]);
  });

  test('waits for the answers of the last five tabs', async () => {
    const { visitor, page, state } = await begun();
    const later: string[] = [];
    for (let tab = 0; tab < 5; tab++) later.push(await follow(visitor, page));
    const first = await visitor.visit(callback({ code: 'eve', state }));
    expect([first.left, first.heading]).toEqual([undefined, page.heading]);
    codeOf(await visitor.visit(callback({ code: 'eve', state: later[0] ?? '' })));
  });

  test('says so when the person cancels there, and can begin again', async () => {
    const { asked, visitor, state } = await begun();
    const page = await visitor.visit(callback({ error: 'access_denied', state }));
    expect([page.status, errorOf(page)]).toEqual([403, expect.stringContaining('You were not signed in there.')]);
    const again = await follow(visitor, page);
    expect(
      (await tokensOf(asked, await visitor.visit(callback({ code: 'ada', state: again })))).id_token,
    ).toBeDefined();
  });

  test('says so when the upstream does not answer, before and after', async () => {
    const { visitor, state, page } = await begun();
    const failed = [503, expect.stringContaining('You cannot be signed in there at the moment.')];
    const after = await visitor.visit(callback({ code: 'unheard of', state }));
    expect([after.status, errorOf(after), after.headers.get('retry-after')]).toEqual([...failed, '5']);
    upstream.fault = { kind: 'unavailable', reason: 'connect-timeout' };
    const before = await visitor.visit(linksOf(page).get('Continue with Example Corp') ?? '');
    expect([before.status, errorOf(before), asksPassword(before)]).toEqual([...failed, true]);
  });

  test('takes an answer that comes as a form of another site, without a cookie', async () => {
    const { asked, visitor, state } = await begun();
    const body = new URLSearchParams({ code: 'ada', state });
    const posted = await new Visitor().request(`${host.issuer}/connector/corp/callback`, { method: 'POST', body });
    expect(posted.status).toBe(303);
    const page = await visitor.visit(new URL(posted.headers.get('location') ?? '', host.issuer));
    expect((await tokensOf(asked, page)).id_token).toBeDefined();
  });

  test.each([
    ['JSON', 'application/json', (state: string) => JSON.stringify({ code: 'dee', state })],
    ['many parts', 'multipart/form-data; boundary=x', () => '--x--'],
    ['a NUL', FORM, (state: string) => `code=a%00b&state=${state}`],
    ['a field twice', FORM, (state: string) => `code=a&code=dee&state=${state}`],
    ['a body that is too large', FORM, (state: string) => `code=${'x'.repeat(60_000)}&state=${state}`],
    ['nothing', FORM, () => ''],
  ])('takes no answer from %s, and says where to go', async (_name, type, body) => {
    const { visitor, state } = await begun();
    const headers = { 'Content-Type': type };
    const page = await visitor.visit(`${host.issuer}/connector/corp/callback`, {
      method: 'POST',
      headers,
      body: body(state),
    });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('Go to the application')]);
    expect(await isKnown('dee')).toBe(false);
  });

  test('is offered by the clients that offer the connector, and may be all that they offer', async () => {
    const primary = await new Visitor().visit(ask(host, application('primary-only')).url);
    expect([linksOf(primary).size, asksPassword(primary)]).toEqual([0, true]);
    const visitor = new Visitor();
    const corp = await visitor.visit(ask(host, application('corp-only')).url);
    expect([[...linksOf(corp).keys()], asksPassword(corp)]).toEqual([['Continue with Example Corp'], false]);
    const elsewhere = (linksOf(corp).get('Continue with Example Corp') ?? '').replace(/corp$/, 'other');
    expect((await visitor.visit(elsewhere)).heading).toBe(corp.heading);
  });

  test('can be cancelled where there is nothing to type', async () => {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, application('corp-only')).url);
    const cancelled = await visitor.submit(page, { decision: 'cancel' });
    expect(cancelled.url.searchParams.get('error')).toBe('access_denied');
  });

  test('begins at once where the application hints at it, and leaves another way', async () => {
    const asked = ask(host, app, { ...ORDERS, idp_hint: 'corp' });
    const visitor = new Visitor();
    const left = await visitor.visit(asked.url);
    expect(left.left).toMatch(UPSTREAM);
    const state = left.url.searchParams.get('state') ?? '';
    const page = await visitor.visit(callback({ error: 'access_denied', state }));
    expect([page.status, asksPassword(page), page.action.pathname]).toEqual([
      ...[403, true, expect.stringContaining('/another-way')],
    ]);
  });

  test('confirms access for as long as the connector says, and a refresh asks for another one after that', async () => {
    await changeConnector(host, { accessLasts: 7200, recheckAfter: 60 });
    const { body, claims } = await signedIn('ada');
    await confirmedAgo(host, String(claims['sub']), HOUR);
    const young = await refresh(host, app, body.refresh_token, { resource: ORDERS.resource });
    expect(young.status).toBe(200);
    await confirmedAgo(host, String(claims['sub']), 3 * HOUR);
    expect(await refresh(host, app, young.body.refresh_token, { resource: ORDERS.resource })).toMatchObject({
      ...{ status: 400, body: { error: 'invalid_grant' } },
    });
    expect((await signedIn('ada')).claims['sub']).toBe(claims['sub']);
  });

  test('is not fresh where nobody tells when the person signed in there, however short ago they came from there', async () => {
    const { visitor } = await signedIn('ada');
    const page = await visitor.visit(ask(host, app, { ...ORDERS, max_age: '3600' }).url);
    expect([page.left, page.heading]).toEqual([undefined, 'Sign in']);
    // A page of the account that asks for it would otherwise be asked for again and again.
    expect((await visitor.visit(`${host.issuer}/account/password`)).heading).toBe('Sign in');
    const state = await follow(visitor, page);
    upstream.knows('ada', { name: 'ada' }, { authenticatedAt: Date.now() });
    codeOf(await visitor.visit(callback({ code: 'ada', state })));
    upstream.knows('ada', { name: 'ada' });
    expect((await visitor.visit(`${host.issuer}/account/password`)).heading).not.toBe('Sign in');
  });

  test('leads on beside a session by another connector, and is the sign-in of the application', async () => {
    const password = { clear: 'a password of ours', generated: false };
    const { id } = made(await host.parts.users.create(by, { username: 'ivy', password }));
    made(await host.parts.links.add(by, id, { connector: 'corp', issuer: '', subject: 'subject of ivy' }));
    upstream.knows('ivy', { name: 'ivy' });
    const visitor = new Visitor();
    codeOf(await signIn(visitor, ask(host, app, ORDERS), 'ivy', password.clear));
    const asked = ask(host, application('corp-only'));
    const state = await follow(visitor, await visitor.visit(asked.url));
    const { id_token } = await tokensOf(asked, await visitor.visit(callback({ code: 'ivy', state })));
    expect(claimsOf(id_token)).toMatchObject({ sub: id, idp: 'corp', amr: ['fed'] });
  });

  test('beside a password is no second factor', async () => {
    const password = { clear: 'a password of ours', generated: false };
    const { id } = made(await host.parts.users.create(by, { username: 'max', password }));
    made(await host.parts.links.add(by, id, { connector: 'corp', issuer: '', subject: 'subject of max' }));
    upstream.knows('max', { name: 'max' });
    const visitor = new Visitor();
    await signIn(visitor, ask(host, app, ORDERS), 'max', password.clear);
    const asked = ask(host, app, { ...ORDERS, prompt: 'select_account' });
    const choice = await visitor.visit(asked.url);
    const state = await follow(visitor, await visitor.visit(`${choice.url.href}/other`));
    const claims = claimsOf((await tokensOf(asked, await visitor.visit(callback({ code: 'max', state })))).id_token);
    expect(claims).toMatchObject({ sub: id, idp: 'corp', amr: ['pwd', 'fed'], acr: 'urn:gatehouse:acr:password' });
  });

  test('counts as the last one there, though the clock there is behind', async () => {
    await addRedirect(host, { id: 'slow', displayName: 'Slow', mapping: OLD_TREASURERS });
    upstream.knows('jo', { name: 'jo' }, {}, ['vault']);
    const visitor = new Visitor();
    const state = await follow(visitor, await visitor.visit(ask(host, app, ORDERS).url), 'Continue with Slow');
    const page = await visitor.visit(callback({ code: 'jo', state }, 'slow'));
    upstream.knows('jo', { name: 'jo' }, { authenticatedAt: Date.now() - 30_000 }, ['vault']);
    const again = await follow(visitor, page, 'Continue with Slow');
    expect((await visitor.visit(callback({ code: 'jo', state: again }, 'slow'))).heading).toBe(
      'Set up a second factor',
    );
  });

  test('begins the session when the person comes back, also after a question', async () => {
    await addRedirect(host, { id: 'asking', displayName: 'Asking', linking: 'ask' });
    upstream.knows('lu', { name: 'lu' }, { authenticatedAt: Date.now() - HOUR });
    const [visitor, from] = [new Visitor(), Date.now()];
    const asked = ask(host, app, ORDERS);
    const state = await follow(visitor, await visitor.visit(asked.url), 'Continue with Asking');
    const question = await visitor.visit(callback({ code: 'lu', state }, 'asking'));
    const claims = claimsOf((await tokensOf(asked, await visitor.submit(question, { decision: 'new' }))).id_token);
    const { rows } = await host.parts.realm
      .of(sessions)
      .find('byUser', { userId: String(claims['sub']) }, { limit: 2 });
    expect(rows.map(({ startedAt }) => startedAt >= from)).toEqual([true]);
  });

  test('is for a client that still offers the connector when the answer comes', async () => {
    upstream.knows('kim', { name: 'kim' });
    const [visitor, corpOnly] = [new Visitor(), application('corp-only')];
    const state = await follow(visitor, await visitor.visit(ask(host, corpOnly).url));
    const offer = async (connectors: readonly string[]) => {
      const before = await host.parts.clients.get('corp-only');
      made(await host.parts.clients.update(by, 'corp-only', { connectors: [...connectors] }, before?.version ?? 0));
    };
    await offer(['other']);
    const page = await visitor.visit(callback({ code: 'kim', state }));
    await offer(['corp']);
    expect([page.left, page.heading]).toEqual([undefined, 'Sign in']);
    expect(await isKnown('kim')).toBe(false);
  });

  test('leads from the address of an answer to no other page', async () => {
    const at = `${host.issuer}/connector/${encodeURIComponent('../../../auth?x=')}/callback?state=a.b`;
    const sent = await new Visitor().request(at);
    expect(sent.headers.get('location')).not.toMatch(/\.\.\//);
  });

  test('signs nobody in through a connector that was disabled meanwhile', async () => {
    const { visitor, state } = await begun();
    await changeConnector(host, { enabled: false });
    const page = await visitor.visit(callback({ code: 'ada', state }));
    expect(page.status).toBe(503);
    await changeConnector(host, { enabled: true });
  });
});

describe.each(['sqlite', 'mongodb'] as const)(
  'a sign-in elsewhere where the name is asked for first, on %s',
  (store) => {
    const upstream = new Upstream();
    const directory: PasswordConnector = {
      ...{ id: 'directory', domains: ['directory.test'] },
      authenticate: async () => ({ kind: 'unknown' }),
    };
    const host = useInProcessHost({
      ...redirectRealm(store, upstream),
      installation: { connectorKinds: [upstream.kind], userstores: [directory] },
    });

    test.each<Readonly<Record<string, string>>>([{}, { idp_hint: 'corp' }])(
      'asks for the name again when it fails, with %j',
      async (hint) => {
        if (!(await host.parts.connectors.get('corp')))
          await addRedirect(host, { id: 'corp', displayName: 'Example Corp' });
        const visitor = new Visitor();
        const page = await visitor.visit(ask(host, app, { ...ORDERS, ...hint }).url);
        const left = page.left === undefined ? await visitor.visit(`${page.url.href}/redirect/corp`) : page;
        const state = left.url.searchParams.get('state') ?? '';
        const params = new URLSearchParams({ error: 'access_denied', state });
        const denied = await visitor.visit(`${host.issuer}/connector/corp/callback?${params}`);
        expect([denied.status, denied.text.includes('You were not signed in there.')]).toEqual([403, true]);
        // A password would go nowhere: its form is for the name that was typed before.
        expect(denied.text).not.toContain('type="password"');
        expect((await visitor.submit(denied, { identifier: 'ada' })).text).toContain('type="password"');
      },
    );
  },
);
