/** A person of a directory who lacks required fields fills them in, and has no account before. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { groupInput } from '../../src/identity/groups/group-input.js';
import { users } from '../../src/identity/users/user.js';
import { interactions } from '../../src/oidc/interactions/interaction-document.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const OURS = 'a password of ours';
const TITLE = 'Complete your profile';
const app = application('public');
const scope = { scope: 'openid profile email' };
const required = ['email', 'givenName', 'address.locality', 'attributes.office'];
const names = ['abel', 'berta', 'clara', 'david', 'emil', 'frida', 'georg', 'helga', 'ivo', 'jutta', 'karl', 'lotte'];

describe.each(['sqlite', 'mongodb'] as const)('a person whose new account lacks fields, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: names.map((uid) => person(uid)).join('') + person('mailed', 'mail: mailed@corp.test'),
    });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
    const password = { clear: OURS, generated: false };
    const address = { email: 'paul@corp.test', emailVerified: true };
    expect(await host.parts.users.create(by, { username: 'paul', password, ...address })).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());
  beforeEach(() => changeConnector(host, { ...corpInput(slapd), id: undefined, provisioning: { require: required } }));

  const arrive = (visitor: Visitor, name: string, asked = ask(host, app, scope)): Promise<Page> =>
    signIn(visitor, asked, name, PASSWORD);
  const labels = ({ text }: Page) =>
    [...text.matchAll(/<label for="field-\d+">([^<]*)</g)].map(([, label = '']) => label);
  const right = { 'field-0': 'me@home.test', 'field-1': 'Given', 'field-2': 'Town', 'field-3': 'B 12' };
  const countUsers = () => host.parts.realm.of(users).count('all', {}, 1000);
  const named = (name: string) => host.parts.identifiers.holderOf('corp', name);
  async function pendingInStore(): Promise<number> {
    const { rows } = await host.parts.realm.of(interactions).find('ended', {}, { limit: 500 });
    return rows.filter(({ pending }) => pending !== undefined).length;
  }

  test('is asked for exactly these, and then has an account and tokens', async () => {
    const before = await countUsers();
    const visitor = new Visitor();
    const asked = ask(host, app, scope);
    const page = await arrive(visitor, 'abel', asked);
    expect([page.status, page.heading]).toEqual([200, TITLE]);
    expect(page.text).toContain('You signed in at Example Corp as abel.');
    expect(labels(page)).toEqual(['E-mail address', 'Given name', 'Town', 'office']);
    // Reloaded, come back to, in a second tab.
    for (const at of [page.url, page.url]) expect(labels(await visitor.visit(at))).toHaveLength(4);
    expect(await countUsers()).toBe(before);

    const incomplete = await visitor.submit(page, { ...right, 'field-1': ' ', 'field-0': 'no address' });
    expect([incomplete.status, incomplete.heading]).toEqual([422, TITLE]);
    expect(incomplete.text).toMatch(/id="field-0-fault">Enter an e-mail address/);
    expect(incomplete.text).toMatch(/id="field-1-fault">Fill in this field/);
    expect(incomplete.text).not.toContain('id="field-2-fault"');
    expect(incomplete.fields).toMatchObject({ 'field-0': 'no address', 'field-2': 'Town' });
    expect(await countUsers()).toBe(before);

    const { status, body } = await exchange(host, asked, codeOf(await visitor.submit(incomplete, right)));
    expect([status, claimsOf(body.id_token)]).toMatchObject([200, { amr: ['pwd'] }]);
    const user = await named('abel');
    expect(claimsOf(body.id_token)['sub']).toBe(user?.id);
    expect(user).toMatchObject({
      ...{ userstore: 'corp', email: 'me@home.test', emailVerified: false },
      profile: { name: 'abel', familyName: 'Test', givenName: 'Given', address: { locality: 'Town' } },
      attributes: [{ name: 'office', value: 'B 12' }],
    });
    expect(await pendingInStore()).toBe(0);
    // What they typed stays, and they are not asked again.
    codeOf(await arrive(new Visitor(), 'abel'));
    expect(await named('abel')).toMatchObject({ email: 'me@home.test', profile: { givenName: 'Given' } });
  });

  test('keeps what the directory says, whatever the form holds', async () => {
    const visitor = new Visitor();
    const page = await arrive(visitor, 'mailed');
    expect(labels(page)).toEqual(['Given name', 'Town', 'office']);
    const typed = { 'field-0': 'Given', 'field-1': 'Town', 'field-2': 'B 12' };
    for (const more of [{ 'field-3': 'x' }, { email: 'x@y.test' }, { username: 'admin' }, { __proto__x: 'y' }]) {
      const refused = await visitor.submit(page, { ...typed, ...more });
      expect([refused.status, refused.heading]).toEqual([400, TITLE]);
    }
    expect(await named('mailed')).toBeUndefined();
    codeOf(await visitor.submit(page, typed));
    expect(await named('mailed')).toMatchObject({
      ...{ email: 'mailed@corp.test', emailVerified: true, profile: { name: 'mailed', givenName: 'Given' } },
    });
  });

  test('who types the address of somebody here gets neither their account nor a sign-in by it', async () => {
    const visitor = new Visitor();
    const trust = { linking: 'trust-verified-email', domains: [{ name: 'corp.test', enforce: false }] };
    const page = await arrive(visitor, 'berta');
    await changeConnector(host, trust);
    codeOf(await visitor.submit(page, { ...right, 'field-0': 'paul@corp.test' }));
    const user = await named('berta');
    expect(user).toMatchObject({ email: 'paul@corp.test', emailVerified: false });
    const paul = await host.parts.identifiers.holderOf('primary', 'paul');
    expect([user?.id === paul?.id, await host.parts.links.of(paul?.id ?? '')]).toEqual([false, []]);
    await changeConnector(host, { linking: 'never', domains: [] });
  });

  test('cancels, has no account, and is asked again at the next sign-in', async () => {
    const visitor = new Visitor();
    const left = await visitor.submit(await arrive(visitor, 'clara'), { decision: 'cancel' });
    expect(left.url.searchParams.get('error')).toBe('access_denied');
    expect(await named('clara')).toBeUndefined();
    const page = await arrive(visitor, 'clara');
    expect(page.heading).toBe(TITLE);
    codeOf(await visitor.submit(page, right));
  });

  test('gets one account from two tabs and two browsers, and a form is good for one sign-in', async () => {
    const visitor = new Visitor();
    const page = await arrive(visitor, 'david');
    const other = new Visitor();
    const there = await arrive(other, 'david');
    codeOf(await visitor.submit(page, right));
    // The same form again, which a browser keeps.
    expect((await visitor.submit(page, { ...right, 'field-1': 'Another' })).status).toBe(410);
    codeOf(await other.submit(there, { ...right, 'field-1': 'Third' }));
    expect(await named('david')).toMatchObject({ profile: { givenName: 'Given' } });
    const arrived = await Promise.all(
      [new Visitor(), new Visitor()].map(async (each) => ({ each, there: await arrive(each, 'emil') })),
    );
    const both = await Promise.all(arrived.map((one) => one.each.submit(one.there, right)));
    for (const one of both) codeOf(one);
    expect((await host.parts.users.findByTerm('emil', { limit: 10 })).rows).toHaveLength(1);
  });

  test('is asked only in the browser that signed in, and only about the identity that the page showed', async () => {
    const visitor = new Visitor();
    const page = await arrive(visitor, 'frida');
    const thief = new Visitor();
    await thief.visit(ask(host, app, scope).url);
    expect((await thief.submit(page, right)).status).toBe(410);
    expect((await visitor.submit(page, { ...right, csrf: 'forged' })).status).toBe(403);
    // Somebody else signs in to the same interaction.
    const elsewhere = await visitor.visit(new URL(`${page.url.pathname}/other`, page.url));
    const another = await visitor.submit(elsewhere, { identifier: 'georg', password: PASSWORD });
    expect(another.text).toContain('as georg.');
    const stale = await visitor.submit(page, right);
    expect([stale.status, stale.text.includes('as georg.')]).toEqual([403, true]);
    expect([await named('frida'), await named('georg')]).toEqual([undefined, undefined]);
    codeOf(await visitor.submit(stale, right));
    expect([await named('frida'), (await named('georg'))?.username]).toEqual([undefined, 'georg']);
  });

  test('may sign in with another account instead, and is then asked nothing', async () => {
    const visitor = new Visitor();
    const page = await arrive(visitor, 'helga');
    const other = await visitor.visit(new URL(`${page.url.pathname}/other`, page.url));
    codeOf(await visitor.submit(other, { identifier: 'paul', password: OURS }));
    expect([await named('helga'), await pendingInStore()]).toEqual([undefined, 0]);
  });

  test('is judged by the rules of the moment when the form comes', async () => {
    const visitor = new Visitor();
    const page = await arrive(visitor, 'ivo');
    await changeConnector(host, { enabled: false });
    const refused = await visitor.submit(page, right);
    expect([refused.status, refused.text.includes('No account could be created')]).toEqual([403, true]);
    await changeConnector(host, { enabled: true, provisioning: { require: [...required, 'nickname'] } });
    const more = await visitor.submit(refused, right);
    expect([more.status, labels(more)]).toEqual([200, ['E-mail address', 'Given name', 'Town', 'office', 'Nickname']]);
    expect(await named('ivo')).toBeUndefined();
    await changeConnector(host, { provisioning: { mode: 'refuse' } });
    expect((await visitor.submit(more, { ...right, 'field-4': 'Iv' })).status).toBe(403);
    expect(await named('ivo')).toBeUndefined();
  });

  test('keeps the account that was made for them beforehand, and is asked nothing', async () => {
    expect(await host.parts.users.create(by, { username: 'jutta', userstore: 'corp' })).toMatchObject({ ok: true });
    codeOf(await arrive(new Visitor(), 'jutta'));
  });

  test('is never asked for what decides their access', async () => {
    const rule = '"B 12" in attributes.office';
    const segment = groupInput.parse({ name: 'office', type: 'segment', segmentGroup: 'place', rule });
    const made = await host.parts.groups.create(by, segment);
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    expect((await arrive(new Visitor(), 'karl')).status).toBe(403);
    expect(await host.parts.groups.remove(by, made.value.id, made.value.version)).toMatchObject({ ok: true });
    expect((await arrive(new Visitor(), 'karl')).heading).toBe(TITLE);
  });

  test('has an identity in the store that is sealed', async () => {
    await slapd.modify(`dn: uid=lotte,${PEOPLE}\nchangetype: modify\nreplace: sn\nsn: Unmistakable4711\n`);
    expect((await arrive(new Visitor(), 'lotte')).heading).toBe(TITLE);
    expect(await pendingInStore()).toBeGreaterThan(0);
    // Not `toContain`, which would print the whole store.
    expect((await host.dump()).includes('Unmistakable4711')).toBe(false);
  });
});
