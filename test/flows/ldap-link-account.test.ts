/** A person of a directory links an existing account by proving that it is theirs, and nobody is joined to one otherwise. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { User } from '../../src/identity/users/user.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { Authenticator } from '../support/authenticator.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm, salesOf } from './ldap-realm.js';

const OURS = 'a password of ours';
const TITLE = 'Do you already have an account here?';
const WRONG = 'The username or password is not correct.';
const CANNOT = 'This account cannot be linked.';
const ORDERS = { resource: 'https://orders.test', scope: 'openid profile email orders:write' };
const app = application('public');
const names = 'la lb lc ld le lf lg lh li lj lk ll lm ln lp lq lr ls lt lu'.split(' ');

describe.each(['sqlite', 'mongodb'] as const)('linking by proof, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: names.map((uid) => person(uid, `mail: ${uid}@corp.test`)).join(''),
      added: salesOf(['la', 'lb']),
    });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());
  beforeEach(() => changeConnector(host, { ...corpInput(slapd), id: undefined, linking: 'ask' }));

  async function ours(username: string, more: object = {}): Promise<User> {
    const password = { clear: OURS, generated: false };
    const made = await host.parts.users.create(by, { username, password, ...more });
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    return made.value;
  }
  const arrive = (visitor: Visitor, name: string, asked = ask(host, app, ORDERS)): Promise<Page> =>
    signIn(visitor, asked, `corp/${name}`, PASSWORD);
  const proving = (identifier: string, password = OURS) => ({ decision: 'link', identifier, password });
  const linksOf = async ({ id }: User) => (await host.parts.links.of(id)).map(({ connector }) => connector);
  const named = (name: string) => host.parts.identifiers.holderOf('corp', name);
  const subjectOf = async (asked: ReturnType<typeof ask>, page: Page) =>
    claimsOf((await exchange(host, asked, codeOf(page))).body.id_token)['sub'];
  async function enrolled(username: string): Promise<{ readonly user: User; readonly phone: Authenticator }> {
    const user = await ours(username);
    const visitor = new Visitor();
    const seed = await signIn(visitor, ask(host, application('strict')), username, OURS);
    const phone = Authenticator.reading(seed, host);
    expect((await visitor.submit(seed, { code: phone.code(-1) })).status).toBe(200);
    return { user, phone };
  }

  test('makes one account of both, with the roles of both', async () => {
    const user = await ours('alma');
    const snapshot = await host.parts.snapshots.read();
    const reader = [...snapshot.roles.values()].find(({ name }) => name === 'reader')?.id ?? '';
    const stored = await host.parts.users.get(user.id);
    if (!stored) throw new Error('alma has an account');
    await host.parts.assign(by, host.parts.users, stored, [{ role: reader }], snapshot);
    const asked = ask(host, app, ORDERS);
    const visitor = new Visitor();
    const page = await arrive(visitor, 'la', asked);
    expect([page.status, page.heading]).toEqual([200, TITLE]);
    expect(page.text).toContain('You signed in at Example Corp as la.');
    const { body } = await exchange(host, asked, codeOf(await visitor.submit(page, proving('alma'))));
    expect(claimsOf(body.id_token)).toMatchObject({ sub: user.id, amr: ['pwd'] });
    const { roles } = claimsOf(body.access_token) as { roles: string[] };
    expect(roles.toSorted()).toEqual(['reader', 'seller']);
    expect([await linksOf(user), await named('la')]).toEqual([['corp'], undefined]);
    // Either way in leads there from now on, without a question.
    for (const [name, password] of [
      ['corp/la', PASSWORD],
      ['alma', OURS],
    ] as const) {
      const again = ask(host, app);
      expect(await subjectOf(again, await signIn(new Visitor(), again, name, password))).toBe(user.id);
    }
  });

  test('signs in by the directory, at a client that offers nothing else', async () => {
    const user = await ours('bela');
    const { clients } = host.parts;
    const before = await clients.get('public');
    const offer = (connectors: string[] | null, version = 0) => clients.update(by, 'public', { connectors }, version);
    expect(await offer(['corp'], before?.version)).toMatchObject({ ok: true });
    const asked = ask(host, app, ORDERS);
    const visitor = new Visitor();
    const page = await arrive(visitor, 'lb', asked);
    expect(await subjectOf(asked, await visitor.submit(page, proving('bela')))).toBe(user.id);
    // Single sign-on in that session, which was by the directory.
    codeOf(await visitor.visit(ask(host, app).url));
    expect(await offer(null, (await clients.get('public'))?.version)).toMatchObject({ ok: true });
  });

  test('asks everybody the same, whether or not somebody has the address', async () => {
    await ours('clio', { email: 'lc@corp.test', emailVerified: true });
    const texts = [];
    for (const name of ['lc', 'ld']) {
      const { status, text } = await arrive(new Visitor(), name);
      texts.push([
        status,
        text
          .replaceAll(/(name="csrf" value|href|action)="[^"]*"/g, '')
          .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'NAME'),
      ]);
    }
    expect(texts[0]).toEqual(texts[1]);
  });

  test('is not needed: a new account is never joined to one that somebody else made with the same address or name', async () => {
    const first = await ours('le', { email: 'le@corp.test', emailVerified: false });
    const asked = ask(host, app, ORDERS);
    const visitor = new Visitor();
    const page = await arrive(visitor, 'le', asked);
    const sub = await subjectOf(asked, await visitor.submit(page, { decision: 'new' }));
    expect([sub === first.id, await linksOf(first), (await named('le'))?.id]).toEqual([false, [], sub]);
    codeOf(await arrive(new Visitor(), 'le'));
  });

  test('offers a new account only where the connector makes accounts', async () => {
    const user = await ours('fina');
    await changeConnector(host, { provisioning: { mode: 'known' } });
    const visitor = new Visitor();
    const page = await arrive(visitor, 'lf');
    expect([page.heading, page.text.includes('value="new"')]).toEqual([TITLE, false]);
    const asked = await visitor.submit(page, { decision: 'new' });
    expect([asked.heading, await named('lf')]).toEqual([TITLE, undefined]);
    codeOf(await visitor.submit(asked, proving('fina')));
    expect(await linksOf(user)).toEqual(['corp']);
  });

  test('may be followed by the page for required fields', async () => {
    await changeConnector(host, { provisioning: { mode: 'create', require: ['nickname'] } });
    const visitor = new Visitor();
    const page = await visitor.submit(await arrive(visitor, 'lg'), { decision: 'new' });
    expect([page.heading, await named('lg')]).toEqual(['Complete your profile', undefined]);
    codeOf(await visitor.submit(page, { 'field-0': 'Gig' }));
    expect(await named('lg')).toMatchObject({ profile: { nickname: 'Gig' } });
  });

  test('reads wrong passwords as the sign-in does, delays them, and never asks the same connector', async () => {
    await ours('hedi');
    const visitor = new Visitor();
    let page = await arrive(visitor, 'lh');
    for (const typed of [proving('hedi', 'wrong'), proving('nobody-there'), proving('corp/li', PASSWORD)]) {
      page = await visitor.submit(page, typed);
      expect([page.status, page.heading, page.text.includes(WRONG)]).toEqual([403, TITLE, true]);
    }
    for (const typed of [proving(''), proving('hedi', '')])
      expect((await visitor.submit(page, typed)).status).toBe(422);
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((page = await visitor.submit(page, proving('hedi', 'wrong'))).status);
    expect(statuses.at(-1)).toBe(429);
    expect(page.text).toContain('Too many attempts.');
    expect([await named('lh'), await named('li')]).toEqual([undefined, undefined]);
  });

  test('needs the second factor of the account, before anything is linked', async () => {
    const { user, phone } = await enrolled('ilse');
    const asked = ask(host, app, ORDERS);
    const visitor = new Visitor();
    const code = await visitor.submit(await arrive(visitor, 'lj', asked), proving('ilse'));
    expect([code.heading, await linksOf(user)]).toEqual(['Enter your code', []]);
    expect((await visitor.visit(code.url)).heading).toBe('Enter your code');
    const wrong = await visitor.submit(code, { code: '000000' });
    expect([wrong.status, await linksOf(user)]).toEqual([403, []]);
    const { body } = await exchange(host, asked, codeOf(await visitor.submit(wrong, { code: phone.code() })));
    expect(claimsOf(body.id_token)).toMatchObject({ sub: user.id, amr: ['pwd', 'otp', 'mfa'] });
    expect(await linksOf(user)).toEqual(['corp']);
  });

  test('counts nothing that the browser has shown before', async () => {
    const { user, phone } = await enrolled('jana');
    const visitor = new Visitor();
    const code = await signIn(visitor, ask(host, app), 'jana', OURS);
    codeOf(await visitor.submit(code, { code: phone.code(1) }));
    const page = await arriveBeside(visitor, 'lk');
    expect([page.heading, await linksOf(user)]).toEqual([TITLE, []]);
    const next = await visitor.submit(page, proving('jana'));
    expect([next.heading, await linksOf(user)]).toEqual(['Enter your code', []]);
  });
  /** In a browser where somebody else is signed in. */
  async function arriveBeside(visitor: Visitor, name: string): Promise<Page> {
    const page = await visitor.visit(ask(host, app, { ...ORDERS, prompt: 'login' }).url);
    return visitor.submit(page, { identifier: `corp/${name}`, password: PASSWORD });
  }

  test('is refused in another browser, by a form that another identity was shown, and when it is over', async () => {
    const user = await ours('lena');
    const visitor = new Visitor();
    const page = await arrive(visitor, 'll');
    // Somebody is led to a link that a stranger began.
    const victim = new Visitor();
    await victim.visit(ask(host, app).url);
    expect((await victim.visit(page.url)).status).toBe(410);
    expect((await victim.submit(page, proving('lena'))).status).toBe(410);
    // A second tab of this browser signs in as somebody else.
    const other = await visitor.visit(new URL(`${page.url.pathname}/other`, page.url));
    const another = await visitor.submit(other, { identifier: 'corp/lm', password: PASSWORD });
    expect(another.text).toContain('as lm.');
    const stale = await visitor.submit(page, proving('lena'));
    expect([stale.status, stale.text.includes('as lm.'), await linksOf(user)]).toEqual([403, true, []]);
    expect((await visitor.submit(stale, { ...proving('lena'), csrf: 'forged' })).status).toBe(403);
    codeOf(await visitor.submit(stale, { decision: 'new' }));
    expect((await visitor.submit(stale, proving('lena'))).status).toBe(410);
    expect(await linksOf(user)).toEqual([]);
  });

  test('never joins a disabled account, or one with a link to another person of the directory', async () => {
    const user = await ours('nora');
    expect(await host.parts.users.update(by, user.id, { block: {} })).toMatchObject({ ok: true });
    const visitor = new Visitor();
    const disabled = await visitor.submit(await arrive(visitor, 'ln'), proving('nora'));
    expect([disabled.status, disabled.text.includes(CANNOT), await linksOf(user)]).toEqual([403, true, []]);
    const linked = await ours('olga');
    const upstream = { connector: 'corp', issuer: '', subject: 'somebody else' };
    expect(await host.parts.links.add(by, linked.id, upstream)).toMatchObject({ ok: true });
    const refused = await visitor.submit(disabled, proving('olga'));
    expect([refused.status, refused.text.includes(CANNOT), await linksOf(linked)]).toEqual([403, true, ['corp']]);
    // Nothing is in the way of another answer.
    codeOf(await visitor.submit(refused, { decision: 'new' }));
  });

  test('signs in whoever was linked meanwhile', async () => {
    const [first, second] = [await ours('pia'), await ours('petra')];
    const [one, two] = [new Visitor(), new Visitor()];
    const asked = ask(host, app, ORDERS);
    const [here, there] = [await arrive(one, 'lp', asked), await arrive(two, 'lp')];
    codeOf(await two.submit(there, proving('pia')));
    expect(await subjectOf(asked, await one.submit(here, proving('petra')))).toBe(first.id);
    expect([await linksOf(first), await linksOf(second)]).toEqual([['corp'], []]);
  });

  test('ends when it is cancelled, or when the person signs in otherwise, and can begin again', async () => {
    const user = await ours('quinn');
    const visitor = new Visitor();
    const left = await visitor.submit(await arrive(visitor, 'lq'), { decision: 'cancel' });
    expect(left.url.searchParams.get('error')).toBe('access_denied');
    const asked = ask(host, app, ORDERS);
    const page = await arrive(visitor, 'lq', asked);
    const other = await visitor.visit(new URL(`${page.url.pathname}/other`, page.url));
    expect(await subjectOf(asked, await visitor.submit(other, { identifier: 'quinn', password: OURS }))).toBe(user.id);
    expect(await linksOf(user)).toEqual([]);
    codeOf(await visitor.submit(await arriveBeside(visitor, 'lq'), proving('quinn')));
    expect(await linksOf(user)).toEqual(['corp']);
  });

  test('does not happen if the connector stopped asking meanwhile', async () => {
    const user = await ours('rosa');
    const visitor = new Visitor();
    const page = await arrive(visitor, 'lr');
    await changeConnector(host, { linking: 'never' });
    const refused = await visitor.submit(page, proving('rosa'));
    expect([refused.status, await linksOf(user), await named('lr')]).toEqual([403, [], undefined]);
  });

  test('is proved by a password of ours, also by somebody whose domain lets nobody sign in by one', async () => {
    const user = await ours('uta', { email: 'lu@corp.test', emailVerified: true });
    const visitor = new Visitor();
    const page = await arrive(visitor, 'lu');
    await changeConnector(host, { domains: [{ name: 'corp.test', enforce: true }] });
    codeOf(await visitor.submit(page, proving('uta')));
    expect(await linksOf(user)).toEqual(['corp']);
    await changeConnector(host, { domains: [] });
  });

  test('takes a password of another directory from a person with an account, and makes none', async () => {
    const other = { ...corpInput(slapd), id: 'subs', displayName: 'Subsidiary', order: 200 };
    expect(await host.parts.connectors.create(by, other)).toMatchObject({ ok: true });
    const holder = () => host.parts.identifiers.holderOf('subs', 'lt');
    const visitor = new Visitor();
    const refused = await visitor.submit(await arrive(visitor, 'ls'), proving('subs/lt', PASSWORD));
    expect([refused.status, refused.heading, await holder()]).toEqual([403, TITLE, undefined]);
    codeOf(await signIn(new Visitor(), ask(host, app), 'subs/lt', PASSWORD));
    codeOf(await visitor.submit(refused, proving('subs/lt', PASSWORD)));
    const user = await holder();
    expect(user && (await linksOf(user))).toEqual(['subs', 'corp']);
  });
});
