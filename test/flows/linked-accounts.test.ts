/** People with links see them at `/account/links` and remove them there; a linked account is the same user, by whichever way they come. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { atTime } from '../support/at-time.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, corpInput, ldapRealm, salesOf } from './ldap-realm.js';

const OURS = 'a password of ours';
const ORDERS = { resource: 'https://orders.test', scope: 'openid profile email orders:write' };
const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('linked accounts, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: ['anna', 'boris', 'clara', 'dirk', 'elisa'].map((uid) => person(uid)).join(''),
      added: salesOf(['anna', 'boris', 'clara', 'dirk']),
    });
    made(await host.parts.connectors.create(by, corpInput(slapd)));
  });
  afterAll(() => slapd.stop());

  /** A user of ours who is linked to a person of the directory. */
  async function linked(username: string, uid: string, hasPassword = true): Promise<string> {
    const { users, links, connectors } = host.parts;
    const password = { clear: OURS, generated: false };
    const { id } = made(await users.create(by, { username, ...(hasPassword && { password }) }));
    const corp = await connectors.open('corp', () => undefined);
    const steps = (await corp?.test(uid)) ?? [];
    await corp?.close();
    const subject = steps.flatMap(({ identity }) => identity?.subject ?? []).at(-1) ?? '';
    made(await links.add(by, id, { connector: 'corp', issuer: '', subject }));
    return id;
  }
  async function enter(name: string, password: string) {
    const asked = ask(host, app, ORDERS);
    const { body } = await exchange(host, asked, codeOf(await signIn(new Visitor(), asked, name, password)));
    return { sub: String(claimsOf(body.id_token)['sub']), roles: claimsOf(body.access_token)['roles'] };
  }
  async function arrived(identifier: string, password: string): Promise<{ visitor: Visitor; page: Page }> {
    const visitor = new Visitor();
    const question = await visitor.visit(`${host.issuer}/account/links`);
    return { visitor, page: await visitor.submit(question, { identifier, password }) };
  }
  function remove(visitor: Visitor, { text, url }: Page, changed: Readonly<Record<string, string>> = {}) {
    const valueOf = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? '';
    const body = new URLSearchParams({ csrf: valueOf('csrf'), form: 'remove', link: valueOf('link'), ...changed });
    return visitor.visit(url, { method: 'POST', body });
  }

  test('are one user with the roles of both, until the link is removed with what it gave', async () => {
    const id = await linked('paul', 'boris');
    expect(await enter('paul', OURS)).toEqual({ sub: id, roles: [] });
    expect(await enter('corp/boris', PASSWORD)).toEqual({ sub: id, roles: ['seller'] });
    expect(await enter('paul', OURS)).toEqual({ sub: id, roles: ['seller'] });

    const { visitor, page } = await arrived('paul', OURS);
    expect([page.heading, page.text]).toEqual(['Linked accounts', expect.stringContaining('<h2>Example Corp</h2>')]);
    const after = await remove(visitor, page);
    expect([after.status, after.text]).toEqual([200, expect.stringContaining('The link is removed.')]);
    expect(after.text).not.toContain('Example Corp');
    expect(await enter('paul', OURS)).toEqual({ sub: id, roles: [] });
    expect((await enter('corp/boris', PASSWORD)).sub).not.toBe(id);
  });

  test('that are the only way in are not removed', async () => {
    const id = await linked('quirin', 'elisa', false);
    const { visitor, page } = await arrived('corp/elisa', PASSWORD);
    const refused = await remove(visitor, page);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('your only way to sign in')]);
    expect(await host.parts.links.of(id)).toHaveLength(1);
  });

  test('that are the home of the account are shown without a way to remove them', async () => {
    const { page } = await arrived('anna', PASSWORD);
    expect(page.text).toContain('Your account is managed there');
    expect(page.text).not.toContain('value="remove"');
  });

  test('stay one user who moves to the directory, and back', async () => {
    const id = await linked('dieter', 'dirk');
    expect(await enter('corp/dirk', PASSWORD)).toEqual({ sub: id, roles: ['seller'] });
    made(await host.parts.users.moveTo(by, id, 'corp'));
    expect((await signIn(new Visitor(), ask(host, app, ORDERS), 'dieter', OURS)).status).toBe(403);
    expect(await enter('dirk', PASSWORD)).toEqual({ sub: id, roles: ['seller'] });
    const password = { clear: 'yet another password', generated: false };
    made(await host.parts.users.moveTo(by, id, 'primary', { password }));
    expect(await enter('dirk', password.clear)).toEqual({ sub: id, roles: ['seller'] });
    expect(await enter('corp/dirk', PASSWORD)).toEqual({ sub: id, roles: ['seller'] });
  });

  test('are removed by nobody else, by no other form, and not long after the sign-in', async () => {
    const id = await linked('petra', 'clara');
    const [link] = await host.parts.links.of(id);
    const stranger = await arrived('anna', PASSWORD);
    await remove(stranger.visitor, stranger.page, { link: link?.id ?? '' });
    const { visitor, page } = await arrived('petra', OURS);
    expect((await remove(visitor, page, { csrf: 'forged' })).status).toBe(403);
    const late = await atTime(Date.now() + minutes(6), () => remove(visitor, page));
    expect(late.heading).toBe('Sign in');
    expect(await host.parts.links.of(id)).toHaveLength(1);
  });
});
