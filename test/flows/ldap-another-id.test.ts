/** An administrator chooses another attribute as the id of people: whoever signs in meanwhile stays who they are. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { days } from '../../src/base/clock.js';
import { identityLinks } from '../../src/identity/links/identity-link.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, PEOPLE, person, SERVICE, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import {
  adding,
  by,
  changeConnector,
  confirmedAgo,
  corpInput,
  ldapRealm,
  peopleOf,
  replacing,
  synchronize,
} from './ldap-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };
const app = application('public');
const HOUR = 3_600_000;
const NEXT = 'a longer password';
/** By the name of each, what the new id is. */
const NUMBERS = { anna: '1001', boris: '1002', clara: '1003', dirk: '1004' };
const access = [`access to dn.subtree="${PEOPLE}"`, `  by dn.exact="${SERVICE.dn}" write`, '  by * break'].join('\n');

describe.each(['sqlite', 'mongodb'] as const)('people whose directory gets another id, on %s,', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  const byNumber = { subject: { ...corpInput({ secureUrl: 'ldaps://x', ca: '' }).subject, id: 'employeeNumber' } };
  const accounts = new Map<string, string>();
  beforeAll(async () => {
    const entries = Object.entries(NUMBERS).map(([uid, number]) => person(uid, `employeeNumber: ${number}`));
    slapd = await startSlapd({ access, entries: [...entries, person('extern')].join('') });
    const more = { writeBack: { password: 'own' }, leavers: { after: 30, then: 'remove' }, recheckAfter: 900 };
    expect(await host.parts.connectors.create(by, corpInput(slapd, more))).toMatchObject({ ok: true });
    for (const uid of ['anna', 'boris', 'clara']) accounts.set(uid, (await signedIn(uid)).sub);
    await changeConnector(host, byNumber);
  });
  afterAll(() => slapd.stop());

  async function signedIn(name: string, password = PASSWORD) {
    const asked = ask(host, app, ORDERS);
    const { body } = await exchange(host, asked, codeOf(await signIn(new Visitor(), asked, name, password)));
    return { sub: String(claimsOf(body.id_token)['sub']), token: body.refresh_token };
  }
  async function changedPassword(name: string) {
    const visitor = new Visitor();
    const form = await visitor.visit(`${host.issuer}/account/password`);
    const page = await visitor.submit(form, { identifier: name, password: PASSWORD });
    return visitor.submit(page, { current: PASSWORD, password: NEXT, again: NEXT });
  }
  async function explained(name: string): Promise<string> {
    const lines: string[] = [];
    const command = readConnectorCommand(['explain', 'corp', name]);
    await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
    return lines.join('\n');
  }
  const subjectsOf = async (name: string) =>
    (await host.parts.links.of(accounts.get(name) ?? '')).map(({ subject }) => subject);
  const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
  async function approve() {
    const preview = (await synchronize(host, { isShown: true, preview: true })) as { readonly hash?: string };
    return synchronize(host, { isShown: true, approve: preview.hash ?? '' });
  }

  test('keep their account when they sign in and refresh before a run was approved', async () => {
    const { sub, token } = await signedIn('anna');
    expect(sub).toBe(accounts.get('anna'));
    await confirmedAgo(host, sub, HOUR);
    expect((await refresh(host, app, token, { resource: ORDERS.resource })).status).toBe(200);
    expect((await host.parts.users.get(sub))?.confirmations?.[0]?.at).toBeGreaterThan(Date.now() - HOUR / 2);
    expect([await subjectsOf('anna'), (await peopleOf(host)).length]).toEqual([[uuid], 3]);
    expect(await explained('anna')).toContain(`The user would be anna (${sub}), who is linked`);
  });

  test('change their password meanwhile', async () => {
    expect((await changedPassword('boris')).text).toContain('Your password was changed.');
    expect((await signedIn('boris', NEXT)).sub).toBe(accounts.get('boris'));
  });

  test('are let in for the first time, with either id or both, and get one account', async () => {
    accounts.set('dirk', (await signedIn('dirk')).sub);
    expect(await subjectsOf('dirk')).toEqual([uuid]);
    await slapd.modify(adding(person('late', 'employeeNumber: 1005')));
    accounts.set('late', (await signedIn('late')).sub);
    accounts.set('extern', (await signedIn('extern')).sub);
    expect((await signedIn('late')).sub).toBe(accounts.get('late'));
  });

  test('whose link is moved already, as by a run that was interrupted, are known by that too', async () => {
    const { links, realm, leavers } = host.parts;
    const [link] = await links.of(accounts.get('clara') ?? '');
    if (!link) throw new Error('Clara has no link.');
    expect(await links.changeSubject(by, link, NUMBERS.clara)).toMatchObject({ ok: true });
    const { sub, token } = await signedIn('clara');
    expect(sub).toBe(accounts.get('clara'));
    await confirmedAgo(host, sub, HOUR);
    expect((await refresh(host, app, token, { resource: ORDERS.resource })).status).toBe(200);
    expect((await changedPassword('clara')).text).toContain('Your password was changed.');
    // Nor does anybody of them leave who was away once: the directory is asked by that id.
    const [moved] = await links.of(sub);
    if (!moved) throw new Error('Clara has no link.');
    const { version, ...away } = moved;
    const suspendedAt = Date.now() - days(40);
    const saved = await realm.of(identityLinks).replace({ ...away, suspendedAs: 'gone', suspendedAt }, version);
    expect(saved).toMatchObject({ ok: true });
    await leavers.removeDue(new AbortController().signal);
    expect(await host.parts.users.get(sub)).toBeDefined();
  });

  test('are all moved by the run that an administrator approves, and known by the new id from then on', async () => {
    // An entry without the new id says nothing of who is gone.
    expect(await synchronize(host)).toMatchObject({ outcome: 'partial', reason: 'ids-unreadable' });
    await slapd.modify(replacing('extern', { employeeNumber: '1006' }));
    expect(await approve()).toMatchObject({ outcome: 'done', counts: { gone: 0, new: 0, collided: 0 } });
    for (const [uid, number] of Object.entries({ ...NUMBERS, late: '1005', extern: '1006' }))
      expect([uid, ...(await subjectsOf(uid))]).toEqual([uid, number]);
    expect(await host.parts.connectors.get('corp')).not.toHaveProperty('formerId');
    expect((await signedIn('anna')).sub).toBe(accounts.get('anna'));
    expect(await synchronize(host)).toMatchObject({ outcome: 'nothing' });
  });
});
