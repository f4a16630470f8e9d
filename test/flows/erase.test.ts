/** Everything that Gatehouse can know of a person is put into a store by ordinary use, and is gone once they are erased. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { assign } from '../../src/access/model/assign.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { hours, minutes } from '../../src/base/clock.js';
import { allRows } from '../../src/base/paging.js';
import type { Actor } from '../../src/changes/actor.js';
import { history, openAccess } from '../../src/changes/history.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { consents } from '../../src/sessions/consents/consent.js';
import { logoutDeliveries } from '../../src/sessions/logout/logout-delivery.js';
import { logouts } from '../../src/sessions/logout/logout.js';
import { sessions } from '../../src/sessions/session.js';
import { commandsAt } from '../cli/in-process.js';
import { application, ask, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { atTime } from '../support/at-time.js';
import { FromAddress } from '../support/from-address.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, stores } from './flow-host.js';

const by: Actor = { kind: 'host', id: 'tests', requestId: 'test' };
const PASSWORD = 'a password that zelda keeps';
const app = application('public');
const asking = application('asking');

/** Recognizable wherever they are. */
const PERSONAL = {
  username: 'zelda-quillfeather',
  former: 'zelda-formerly',
  email: 'zelda@quillfeather.test',
  formerEmail: 'zelda@formerly.test',
  name: 'Zelda Quillfeather',
  street: '12 Wisteria Crescent',
  phone: '+15550123987',
  attribute: 'left-handed fencer',
  address: '203.0.113.219',
  agent: 'Quillbrowser/7.7 (Wisteria)',
};
/** From where somebody guesses passwords: nobody knows whether it is the same person. */
const STRANGER = '198.51.100.173';
const ACTIVITY = 'bought-fencing-gloves';

class OwnBrowser extends FromAddress {
  override request(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('user-agent', PERSONAL.agent);
    return super.request(url, { ...init, headers });
  }
}

describe.each(stores)('a person who is erased, on %s,', (kind) => {
  const host = useInProcessHost({
    store: kind,
    realmFile: 'test/flows/realm.yaml',
    env: { CONFIDENTIAL_SECRET, MACHINE_SECRET, GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1,::1' },
    background: false,
  });
  const browser = new OwnBrowser(PERSONAL.address);
  const page = { limit: 100 };
  let id: string;
  let bob: string;
  let tokens: { readonly access_token: string; readonly refresh_token: string };
  let logged: string;

  /** The whole store, as an attacker finds it who has no key. */
  async function stored(): Promise<string> {
    if (kind === 'mongodb') return host.dump();
    // The file itself keeps removed text in its free pages; the page on erasure says so.
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-erased-'));
    try {
      await commandsAt(host.env).says('store', 'backup', '--to', `sqlite:${join(folder, 'copy.db')}`);
      return await readFile(join(folder, 'copy.db'), 'latin1');
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  const found = (text: string): string[] =>
    [...Object.values(PERSONAL), STRANGER, ACTIVITY].filter((each) => text.toLowerCase().includes(each.toLowerCase()));
  const own = {
    subjectKind: 'user',
    get subjectId() {
      return id;
    },
  };
  const listed = (...by: string[]): Promise<string> => commandsAt(host.env).says('audit', 'list', ...by);
  const recordsOf = async () => {
    const { rows } = await host.parts.realm.of(auditRecords).find('bySubject', { ...own }, page);
    return host.parts.audit.open(rows);
  };

  beforeAll(async () => {
    const { users, identifiers, behaviours, audit, snapshots } = host.parts;
    const made = async (saved: Promise<{ readonly ok: boolean; readonly value?: unknown }>) => {
      const outcome = await saved;
      if (!outcome.ok) throw new Error(JSON.stringify(outcome));
      return outcome.value as { readonly id: string };
    };
    await atTime(Date.now() - hours(3), async () => {
      const input = {
        username: PERSONAL.former,
        email: PERSONAL.formerEmail,
        emailVerified: true,
        profile: { name: PERSONAL.name, phoneNumber: PERSONAL.phone, address: { streetAddress: PERSONAL.street } },
        attributes: [{ name: 'sport', value: PERSONAL.attribute }],
        password: { clear: PASSWORD, generated: false },
      };
      ({ id } = await made(users.create(by, input)));
      await made(users.update(by, id, { username: PERSONAL.username, email: PERSONAL.email, emailVerified: true }));
    });
    await behaviours.count(id, [{ event: ACTIVITY, count: 3, at: Date.now() }]);

    for (const [at, scope] of [
      [app, 'openid profile email offline_access'],
      [asking, 'openid profile'],
    ] as const) {
      const authRequest = ask(host, at, { scope, prompt: 'consent', login_hint: PERSONAL.username });
      let shown = await browser.visit(authRequest.url);
      if ('password' in shown.fields || shown.heading === 'Sign in') {
        shown = await signIn(browser, authRequest, PERSONAL.username, PASSWORD);
      }
      if (shown.url.searchParams.get('code') === null) shown = await browser.submit(shown, { decision: 'allow' });
      const { body } = await exchange(host, authRequest, codeOf(shown));
      if (at === app) tokens = body;
    }
    const guessing = new FromAddress(STRANGER);
    for (let guess = 0; guess < 7; guess++) {
      await signIn(guessing, ask(host, app), PERSONAL.email, `wrong-${guess}`);
    }
    // She gives somebody else a role, and says why.
    const zelda: Actor = { kind: 'user', id, requestId: 'r', address: PERSONAL.address, agent: PERSONAL.agent };
    const other = await identifiers.findUser('bob');
    if (!other) throw new Error('There is no bob.');
    bob = other.id;
    const snapshot = await snapshots.read();
    const role = await host.parts.roles.findByName('seller');
    await made(assign(zelda, users, other, [{ role: role?.id ?? '' }], snapshot));
    await audit.record({ kind: 'user.changed', by: zelda, subject: { kind: 'user', id }, outcome: 'success' });
    // Records enter the chain, and what they are found by is written.
    await host.parts.background.runDue(() => undefined);
    logged = (await recordsOf()).map(({ kind: what }) => what).join(' ');
  });

  test('was known from many places', async () => {
    // What is sealed is not seen: address and agent in records, and the address of a session.
    const known = ['username', 'email', 'name', 'street', 'phone', 'attribute', 'agent'] as const;
    expect(found(await stored())).toEqual(
      expect.arrayContaining([...known.map((each) => PERSONAL[each]), STRANGER, ACTIVITY]),
    );
    expect(JSON.stringify(await recordsOf())).toContain(PERSONAL.street);
    expect(logged).toContain('sign-in');
    expect(await listed('--address', PERSONAL.address)).toContain('sign-in');
    expect(await listed('--identifier', PERSONAL.former)).toContain('user.created');
    const { rows } = await host.parts.realm.of(history).find('ofSubject', { kind: 'user', subject: id }, page);
    expect(JSON.stringify(await openAccess(host.parts.personal, rows))).toContain(PERSONAL.formerEmail);
  });

  test('is named by the command first, which changes nothing without --yes', async () => {
    const { command } = commandsAt(host.env);
    const { code, err } = await command('user', 'erase', PERSONAL.email.toUpperCase());
    expect([code, err.join('\n')]).toEqual([1, expect.stringContaining(`User ${PERSONAL.username} (id ${id})`)]);
    expect((await userinfo(host, tokens.access_token)).status).toBe(200);
  });

  test('is in the store by nothing that can be read, and their sealed records open for nobody', async () => {
    const { says } = commandsAt(host.env);
    const reason = 'her letter about Wisteria';
    expect(await says('user', 'erase', PERSONAL.username, '--yes', '--reason', reason)).toContain(id);
    // Another process forgets the key within a minute.
    host.parts.personal.forget(id);

    expect(found(await stored())).toEqual([]);
    const records = await recordsOf();
    const { rows } = await host.parts.realm.of(auditRecords).find('byActor', { actorKind: 'user', actorId: id }, page);
    const opened = [...records, ...(await host.parts.audit.open(rows))];
    expect(opened.length).toBeGreaterThan(5);
    // A failed sign-in opens as far as it concerns whoever tried.
    expect(found(JSON.stringify(opened))).toEqual([STRANGER]);
    const guesses = opened.filter(({ outcome }) => outcome === 'failure');
    expect(guesses[0]).toMatchObject({ subject: 'erased', actor: { address: STRANGER } });
    for (const record of opened)
      expect(record.subjectId === id ? (record.subject ?? 'erased') : 'erased').toBe('erased');
    const versions = await host.parts.realm.of(history).find('ofSubject', { kind: 'user', subject: id }, page);
    expect(versions.rows.length).toBeGreaterThan(1);
    expect(new Set(await openAccess(host.parts.personal, versions.rows))).toEqual(new Set(['erased']));
    expect(await host.parts.realm.of(personKeys).get(`user:${id}`)).toMatchObject({ erasedAt: expect.any(Number) });
  });

  test('leaves a record of who erased them, when and why, without a word of theirs', async () => {
    const [latest, ...others] = (await recordsOf()).filter(({ kind: what }) => what === 'user.erased');
    expect(others).toEqual([]);
    expect(latest).toMatchObject({ actorKind: 'host', subjectId: id, outcome: 'success' });
    expect(latest?.actor).toEqual({ reason: 'her letter about Wisteria' });
    expect(latest?.subject).toBeUndefined();
  });

  test('leaves their applications to be notified of the end of their sessions', async () => {
    const ended = await allRows((each) => host.parts.realm.of(logouts).find('all', {}, each));
    const told = ended.flatMap((logout) => (logout.kind === 'session' && logout.userId === id ? logout.clients : []));
    expect(told.map(({ clientId }) => clientId).sort()).toEqual(['asking', 'public']);
    await atTime(Date.now() + minutes(3), () => host.parts.background.runDue(() => undefined));
    expect(await host.parts.realm.of(logouts).count('all', {}, 1)).toBe(0);
    // These have no address for logout tokens.
    expect(await host.parts.realm.of(logoutDeliveries).count('all', {}, 1)).toBe(0);
  });

  test('leaves an audit trail that verifies, and in which nobody finds them by name or address', async () => {
    const { says } = commandsAt(host.env);
    await host.parts.background.runDue(() => undefined);
    expect(await says('audit', 'verify')).toContain('nothing is wrong');
    expect(await listed('--address', PERSONAL.address)).not.toContain('sign-in');
    expect(await listed('--identifier', PERSONAL.former)).not.toContain('user.created');
    const [latest] = await recordsOf();
    expect(await says('audit', 'show', latest?.id ?? '')).toContain(id);
    const [signIn] = (await recordsOf()).filter(({ kind: what }) => what === 'sign-in');
    expect(await says('audit', 'show', signIn?.id ?? '')).toMatch(/was erased/);
  });

  test('is signed out everywhere, and their tokens are dead', async () => {
    expect((await userinfo(host, tokens.access_token)).status).toBe(401);
    expect((await refresh(host, app, tokens.refresh_token)).status).toBe(400);
    expect((await browser.visit(ask(host, app).url)).heading).toBe('Sign in');
    const again = await signIn(new FromAddress(PERSONAL.address), ask(host, app), PERSONAL.username, PASSWORD);
    expect(again.url.searchParams.get('code')).toBeNull();
    const { realm } = host.parts;
    expect((await realm.of(sessions).find('byUser', { userId: id }, page)).rows).toEqual([]);
    expect((await realm.of(consents).find('byUser', { userId: id }, page)).rows).toEqual([]);
  });

  test('changes nothing for somebody to whom they gave a role', async () => {
    const user = await host.parts.users.get(bob);
    expect(user?.assignments).toContainEqual(expect.objectContaining({ grantedBy: `user:${id}` }));
    const { says } = commandsAt(host.env);
    const explained = await says('explain', 'bob', 'orders:write', '--at', 'https://orders.test');
    expect(explained).toMatch(/seller/);
  });

  test('cannot come back: the id is refused, and erasing again by id changes nothing', async () => {
    const { command, says } = commandsAt(host.env);
    const taken = await command('user', 'create', 'zelda-again', '--id', id);
    expect([taken.code, taken.err.join('\n')]).toEqual([1, expect.stringContaining(id)]);
    expect(await says('user', 'erase', id, '--yes')).toContain('was erased at');
    expect((await recordsOf()).filter(({ kind: what }) => what === 'user.erased')).toHaveLength(1);
  });
});
