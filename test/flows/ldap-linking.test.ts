/** Who of a directory becomes which user here: never somebody else's account, whatever a directory says of names and addresses. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { adding, by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const OURS = 'a password of ours';
const app = application('public');
const names = ['alma', 'bela', 'cleo', 'dana', 'emma', 'fina', 'gina', 'hedi', 'ilse', 'jana'];

describe.each(['sqlite', 'mongodb'] as const)('an account of a directory, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({ entries: names.map((uid) => person(uid, `mail: ${uid}@corp.test`)).join('') });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());
  const trusted = { linking: 'trust-verified-email', domains: [{ name: 'corp.test', enforce: false }] };
  beforeEach(() => changeConnector(host, { ...trusted, provisioning: { mode: 'create' } }));

  async function subjectOf(name: string, password = PASSWORD) {
    const asked = ask(host, app);
    const page = await byForm(new Visitor(), asked.url, name, password);
    if (!page.url.searchParams.has('code')) return page.status;
    return claimsOf((await exchange(host, asked, codeOf(page))).body.id_token)['sub'];
  }
  /** Where a connector has domains, the name is asked for first. */
  async function byForm(visitor: Visitor, url: URL, name: string, password: string) {
    const first = await visitor.visit(url);
    if ('password' in first.fields || first.text.includes('type="password"')) {
      return visitor.submit(first, { identifier: name, password });
    }
    return visitor.submit(await visitor.submit(first, { identifier: name }), { password });
  }
  async function ours(username: string, more: object = {}) {
    const made = await host.parts.users.create(by, {
      username,
      password: { clear: OURS, generated: false },
      ...more,
    });
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    return made.value;
  }

  test('is joined to the account with the same address, verified on both sides, through a connector trusted for its domain', async () => {
    const user = await ours('alma-here', { email: 'Alma@corp.test', emailVerified: true });
    expect(await subjectOf('corp/alma')).toBe(user.id);
    expect(await subjectOf('alma-here', OURS)).toBe(user.id);
    expect(await host.parts.links.of(user.id)).toMatchObject([{ connector: 'corp' }]);
  });

  test('is never joined to an account whose own address is unverified: somebody else may have made it', async () => {
    const user = await ours('bela-here', { email: 'bela@corp.test', emailVerified: false });
    expect(await subjectOf('corp/bela')).not.toBe(user.id);
    const named = await ours('jana@corp.test', { email: 'jana@corp.test', emailVerified: false });
    expect(await subjectOf('corp/jana')).not.toBe(named.id);
  });

  test('is never joined where the directory does not vouch for the address', async () => {
    const user = await ours('cleo-here', { email: 'cleo@corp.test', emailVerified: true });
    const { mapping } = corpInput(slapd);
    await changeConnector(host, { mapping: { ...mapping, emailTrust: 'never' } });
    expect(await subjectOf('corp/cleo')).not.toBe(user.id);
    await changeConnector(host, { mapping });
  });

  test('is never joined where the connector is not trusted for the domain, or does not link by address', async () => {
    const dana = await ours('dana-here', { email: 'dana@corp.test', emailVerified: true });
    await changeConnector(host, { domains: [{ name: 'other.test', enforce: false }] });
    expect(await subjectOf('corp/dana')).not.toBe(dana.id);
    const emma = await ours('emma-here', { email: 'emma@corp.test', emailVerified: true });
    await changeConnector(host, { ...trusted, linking: 'never' });
    expect(await subjectOf('corp/emma')).not.toBe(emma.id);
  });

  test('with the address of somebody here signs in nobody by it', async () => {
    await changeConnector(host, { linking: 'never', domains: [] });
    const user = await ours('fina-here', { email: 'fina@corp.test', emailVerified: true });
    const theirs = await host.parts.users.get(String(await subjectOf('corp/fina')));
    expect(theirs).toMatchObject({ email: 'fina@corp.test', emailVerified: false });
    expect(await subjectOf('fina@corp.test', OURS)).toBe(user.id);
  });

  test('of one name after the other never gets the account of the first, even if the directory is another one by now', async () => {
    const first = await subjectOf('corp/gina');
    const { connectors } = host.parts;
    const { version = 0 } = (await connectors.get('corp')) ?? {};
    expect(await connectors.remove(by, 'corp', version)).toMatchObject({ ok: false, refusal: { code: 'in-use' } });
    expect(await connectors.remove(by, 'corp', version, { cascade: true })).toMatchObject({ ok: true });
    expect(await subjectOf('corp/gina')).toBe(403);
    expect(await host.parts.links.of(String(first))).toEqual([]);
    await slapd.modify(`dn: uid=gina,${PEOPLE}\nchangetype: delete\n\n${adding(person('gina'))}`);
    expect(await connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
    const second = await subjectOf('corp/gina');
    expect([typeof second, second === first]).toEqual(['string', false]);
  });

  test('gets the account that was made for it beforehand, and only the first of two that come at once does', async () => {
    await changeConnector(host, { provisioning: { mode: 'known' } });
    const made = await host.parts.users.create(by, { username: 'hedi', userstore: 'corp' });
    if (!made.ok) throw new Error('not made');
    const upstream = (subject: string) => ({ connector: 'corp', issuer: '', subject });
    const both = await Promise.all(
      ['one', 'two'].map((subject) => host.parts.links.add(by, made.value.id, upstream(subject), made.value)),
    );
    expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
    expect(await host.parts.links.of(made.value.id)).toHaveLength(1);
    // It is somebody's by now.
    expect(await subjectOf('corp/hedi')).toBe(403);
  });

  test('is removed with the user, and the same person is a new one afterwards', async () => {
    const first = String(await subjectOf('corp/ilse'));
    expect(await host.parts.users.remove(by, first)).toMatchObject({ ok: true });
    expect(await host.parts.links.of(first)).toEqual([]);
    const second = await subjectOf('corp/ilse');
    expect([typeof second, second === first]).toEqual(['string', false]);
  });
});
