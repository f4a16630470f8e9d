import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { assign, unassign } from '../../src/access/model/assign.js';
import { effective } from '../../src/access/evaluation/effective.js';
import type { Parts } from '../../src/app/parts.js';
import { GATEHOUSE_API } from '../../src/realm/resource-servers/resource-server.js';
import { bring, by, emptyRealm, type EmptyRealm } from './realm.js';

let realm: EmptyRealm;
beforeEach(async () => {
  realm = await emptyRealm();
});
afterEach(() => realm.close());

const demo = await readFile('examples/realm.yaml', 'utf8');
const AUDIENCE = 'https://orders.example.com';

/** A Monday, in the office hours of Berlin and out of them: the demo limits a permission to these hours. */
const IN_OFFICE_HOURS = Date.parse('2027-03-01T10:00:00Z');
const IN_THE_EVENING = Date.parse('2027-03-01T19:00:00Z');

async function heldBy(parts: Parts, username: string, at = IN_THE_EVENING) {
  const user = await parts.identifiers.findUser(username);
  if (!user) throw new Error(`There is no ${username}.`);
  const access = effective({ kind: 'user', ...user }, { at }, await parts.snapshots.read());
  return { roles: access.roles, groups: access.groups, permissions: access.permissions(AUDIENCE) };
}

/** All that a realm file can have brought in, without ids and times. */
async function contentOf(parts: Parts): Promise<unknown> {
  const everyone = (await parts.users.list({ limit: 1000 })).rows;
  return {
    settings: (await parts.settings.get()).name,
    resourceServers: [...(await parts.resourceServers.all()).values()].map(({ identifier, permissions }) => [
      identifier,
      permissions,
    ]),
    roles: [...(await parts.roles.all()).values()].map(({ name, policies }) => [name, policies]),
    groups: (await parts.groups.list({ limit: 1000 })).rows.map(({ name, assignments }) => [name, assignments.length]),
    clients: (await parts.clients.list({ limit: 1000 })).rows.map(({ id, redirectUris, assignments, secrets }) => [
      id,
      redirectUris,
      assignments.length,
      secrets.length,
    ]),
    users: await Promise.all(
      everyone.map(async ({ id, username, profile }) => [
        username,
        profile,
        await parts.passwords.has(id),
        await heldBy(parts, username),
      ]),
    ),
  };
}

describe('the realm file of the demo', () => {
  test('brings in everything that it names, and tells each generated password once', async () => {
    const passwords = new Map<string, string>();
    const onPassword = (username: string, password: string): unknown => passwords.set(username, password);
    expect(await bring(realm.parts, demo, { makeSecrets: true, onPassword })).toEqual([]);
    expect([...passwords.keys()]).toEqual(['alice', 'bob']);
    expect(await heldBy(realm.parts, 'alice')).toEqual({
      roles: ['office', 'reader', 'seller'],
      groups: ['sales', 'staff'],
      permissions: ['orders:read', 'orders:write', 'orders:lines:write'],
    });
    expect((await heldBy(realm.parts, 'alice', IN_OFFICE_HOURS)).permissions).toContain('orders:approve');
    expect(await heldBy(realm.parts, 'bob')).toEqual({ roles: ['reader'], groups: [], permissions: ['orders:read'] });
    for (const [identifier, password] of passwords) {
      expect((await realm.parts.authentication.authenticate({ identifier, password }, '192.0.2.1')).kind).toBe('ok');
    }
    expect(await realm.parts.clients.get('demo')).toMatchObject({ authentication: 'none', firstParty: false });

    const writes = realm.gate.writes;
    expect(await bring(realm.parts, demo, { makeSecrets: true, onPassword })).toEqual([]);
    expect(realm.gate.writes).toBe(writes);
    expect(passwords.size).toBe(2);
  });

  test('is finished by the next run, wherever a run before it was killed', async () => {
    const whole = await emptyRealm();
    const begun = whole.gate.writes;
    await bring(whole.parts, demo, { makeSecrets: true, onPassword: () => undefined });
    const writes = whole.gate.writes - begun;
    const expected = await contentOf(whole.parts);
    await whole.close();
    expect(writes).toBeGreaterThan(12);

    for (let at = 0; at < writes; at += 3) {
      const killed = await emptyRealm();
      killed.gate.failAfter(at);
      await expect(bring(killed.parts, demo, { makeSecrets: true, onPassword: () => undefined })).rejects.toThrow(
        'killed',
      );
      await killed.parts.close();
      killed.gate.failAfter(Infinity);
      const again = await killed.open();
      expect(await bring(again, demo, { makeSecrets: true, onPassword: () => undefined })).toEqual([]);
      expect(await contentOf(again)).toEqual(expected);
      await again.close();
      await killed.remove();
    }
  });

  test('applied by two processes at once, is applied once', async () => {
    const other = await realm.open();
    const reported: string[] = [];
    const how = { makeSecrets: true, onPassword: (username: string) => reported.push(username) };
    const both = await Promise.all([bring(realm.parts, demo, how), bring(other, demo, how)]);
    expect(both).toEqual([[], []]);
    expect(reported.sort()).toEqual(['alice', 'bob']);
    expect(await heldBy(other, 'alice')).toMatchObject({ groups: ['sales', 'staff'] });
    const alice = await realm.parts.identifiers.findUser('alice');
    expect(alice?.assignments).toHaveLength(1);
    await other.close();
  });
});

describe('a realm file', () => {
  const role = (permission: string): string =>
    `roles:\n  - name: helper\n    policies:\n      - resourceServer: ${GATEHOUSE_API}\n        permission: ${permission}\n`;

  test('leaves as it is what it does not name', async () => {
    const { clients, settings } = realm.parts;
    const base =
      'clients:\n  - id: app\n    name: App\n    authentication: none\n    redirectUris: [https://a.example/cb]\n';
    await bring(realm.parts, `${base}    firstParty: true\nsettings:\n  name: Mine\n  session: {idleSeconds: 600}\n`);
    await bring(
      realm.parts,
      `${base.replace('name: App', 'name: Renamed')}settings:\n  session: {absoluteSeconds: 1200}\n`,
    );
    expect(await clients.get('app')).toMatchObject({ name: 'Renamed', firstParty: true });
    expect(await settings.get()).toMatchObject({ name: 'Mine', session: { idleSeconds: 600, absoluteSeconds: 1200 } });
    // Fine by itself, and wrong together with what is there.
    expect(await bring(realm.parts, 'settings:\n  session: {absoluteSeconds: 300}\n')).toEqual([
      expect.stringContaining('2 settings.session.idleSeconds: '),
    ]);
  });

  test('updates what it names and deletes nothing', async () => {
    await bring(realm.parts, role('users:read'));
    const before = await realm.parts.roles.findByName('helper');
    await bring(realm.parts, role('users:write'));
    expect(await realm.parts.roles.findByName('helper')).toMatchObject({
      id: before?.id,
      policies: [{ permission: 'users:write' }],
    });
    await bring(realm.parts, 'roles:\n  - name: another\n');
    expect(await realm.parts.roles.findByName('helper')).toBeDefined();
  });

  test('touches neither profile nor password of who is there, and adds what access is missing', async () => {
    const { identifiers, authentication } = realm.parts;
    const file = (more: string): string =>
      `${role('users:read')}groups:\n  - name: team\nusers:\n  - username: ann\n    password: \${PASSWORD}\n${more}`;
    await bring(realm.parts, file('    profile: {name: Ann}\n    roles: [helper]\n'), {
      env: { PASSWORD: 'a quiet morning' },
    });
    await bring(realm.parts, file('    profile: {name: Changed}\n    groups: [team]\n'), {
      env: { PASSWORD: 'another morning' },
    });
    const ann = await identifiers.findUser('ann');
    expect(ann?.profile).toEqual({ name: 'Ann' });
    expect(ann?.assignments.map(({ kind, grantedBy }) => [kind, grantedBy])).toEqual([
      ['role', 'host:tests'],
      ['membership', 'host:tests'],
    ]);
    const verify = (password: string) => authentication.authenticate({ identifier: 'ann', password }, '192.0.2.1');
    expect((await verify('a quiet morning')).kind).toBe('ok');
    expect((await verify('another morning')).kind).toBe('wrong-credentials');
    // Files of the first setup need not be available later.
    expect(await bring(realm.parts, file(''), {})).toEqual([]);
  });

  test('refuses a username that looks like a stored one in another alphabet, before it writes anything', async () => {
    await bring(realm.parts, 'users:\n  - username: pecos\n');
    const before = realm.gate.writes;
    expect(await bring(realm.parts, 'users:\n  - username: someone\n  - username: ресоѕ\n')).toEqual([
      expect.stringContaining('users[1].username: A username looks like pecos'),
    ]);
    expect(realm.gate.writes).toBe(before);
  });

  test('gives again what it names and somebody took', async () => {
    const file = `${role('users:read')}users:\n  - username: ann\n    roles: [helper]\n`;
    await bring(realm.parts, file);
    const ann = await realm.parts.identifiers.findUser('ann');
    if (!ann) throw new Error('no ann');
    await unassign(
      by,
      realm.parts.users,
      ann,
      ann.assignments.map(({ id }) => id),
      await realm.parts.snapshots.read(),
    );
    await bring(realm.parts, file);
    expect((await realm.parts.identifiers.findUser('ann'))?.assignments).toHaveLength(1);
  });

  test('takes nothing that somebody gave', async () => {
    await bring(realm.parts, `${role('users:read')}  - name: extra\nusers:\n  - username: ann\n    roles: [helper]\n`);
    const { users, identifiers, roles, snapshots } = realm.parts;
    const ann = await identifiers.findUser('ann');
    const extra = await roles.findByName('extra');
    if (!ann || !extra) throw new Error('not there');
    await assign(by, users, ann, [{ role: extra.id }], await snapshots.read());
    await bring(realm.parts, 'users:\n  - username: ann\n    roles: [helper]\n');
    expect((await identifiers.findUser('ann'))?.roleIds).toHaveLength(2);
  });

  test('makes users without a password where nobody is told one, and gives it when somebody is', async () => {
    const file = 'users:\n  - username: ann\n';
    await bring(realm.parts, file);
    const ann = await realm.parts.identifiers.findUser('ann');
    expect(await realm.parts.passwords.has(ann?.id ?? '')).toBe(false);
    const reported: string[] = [];
    await bring(realm.parts, file, { onPassword: (username) => reported.push(username) });
    await bring(realm.parts, file, { onPassword: (username) => reported.push(username) });
    expect(reported).toEqual(['ann']);
  });

  test('keeps the place of people in step when it moves their group', async () => {
    const groups = 'name: people\ngroups:\n  - name: team\n  - name: firm\n';
    await bring(realm.parts, `${groups}users:\n  - username: ann\n    groups: [team]\n`);
    await bring(realm.parts, 'groups:\n  - name: team\n    groups: [firm]\n');
    expect((await realm.parts.identifiers.findUser('ann'))?.within).toHaveLength(2);
    // A cycle together with existing objects is refused before anything is written.
    expect(await bring(realm.parts, 'name: third\ngroups:\n  - name: firm\n    groups: [team]\n')).toEqual([
      expect.stringMatching(/^4 groups\[0\]\.groups: The groups would go round in a circle: /),
    ]);
  });
});
