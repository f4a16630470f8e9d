/** Groups of a directory exist here as groups that the connector owns, and have the access that an administrator gives them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unassign } from '../../src/access/model/assign.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { openParts } from '../../src/app/parts.js';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { readConfig } from '../../src/config/config.js';
import { countCalls, type CountingStore } from '../../src/storage/counting.js';
import { commandsAt } from '../cli/in-process.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { GROUPS, PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, groupOf, ldapRealm } from './ldap-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };
const app = application('public');
const TEAMS = ['red', 'crimson', 'blue', 'green', 'gray', 'gone', 'black', 'violet'].map((name) => `team-${name}`);
const PEOPLE_NAMES = [
  'anna',
  'boris',
  'clara',
  'dirk',
  'ellen',
  'fritz',
  'gina',
  'hans',
  'ida',
  'kurt',
  'lars',
  'lone',
];
const REFUSED = { ok: false, refusal: { code: 'invalid', problems: [{ code: 'group-is-mirrored' }] } };

describe.each(['sqlite', 'mongodb'] as const)('groups that a connector mirrors, on %s', (store) => {
  let slapd: Slapd;
  let counting: CountingStore;
  const host = useInProcessHost({
    ...ldapRealm(store),
    installation: { watch: (opened) => (counting = countCalls(opened, ['changeMarkers'])).store },
  });

  beforeAll(async () => {
    slapd = await startSlapd({
      entries: PEOPLE_NAMES.map((uid) => person(uid)).join(''),
      added: [
        groupOf('team-red', ['anna', 'boris']),
        groupOf('team-blue', ['clara']),
        groupOf('team-green', ['dirk', 'ellen']),
        groupOf('team-gray', ['fritz']),
        groupOf('team-gone', ['gina']),
        groupOf('team-black', ['hans', 'ida']),
        groupOf('team-violet', ['kurt', 'lars']),
        groupOf('unlisted-team', ['anna']),
      ].join('\n'),
    });
    const groups = [{ prefix: 'team-', to: { mirror: true }, for: TEAMS }];
    const input = corpInput(slapd);
    const made = await host.parts.connectors.create(by, { ...input, ...mirroring(groups) });
    expect(made).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());

  const mirroring = (groups: readonly object[]) => {
    const input = corpInput(slapd);
    return { mapping: corpInput(slapd, { mapping: { ...input.mapping, groups } }).mapping };
  };
  async function enter(name: string) {
    const asked = ask(host, app, ORDERS);
    const page = await signIn(new Visitor(), asked, name, PASSWORD);
    const { status, body } = await exchange(host, asked, codeOf(page));
    expect(status).toBe(200);
    return claimsOf(body.access_token);
  }
  const groupNamed = (name: string) => host.parts.groups.findByName(name);
  const mustExist = async (name: string) => {
    const group = await groupNamed(name);
    if (!group) throw new Error(`There is no group ${name}.`);
    return group;
  };
  const userNamed = async (name: string) => {
    const user = await host.parts.identifiers.holderOf('corp', name);
    if (!user) throw new Error(`${name} has no account.`);
    return user;
  };
  const groupsOf = async (name: string) => {
    const { groups } = await host.parts.snapshots.read();
    const held = (await userNamed(name)).assignments.filter(({ kind }) => kind === 'membership');
    return held.map(({ target, source }) => [groups.get(target)?.name, source]);
  };
  const mirrored = async () =>
    (await host.parts.groups.list({ limit: 100 })).rows.flatMap(({ name, connector }) =>
      connector === undefined ? [] : [name],
    );
  async function giveRole(group: string, role: string) {
    const { groups, snapshots, assign } = host.parts;
    const snapshot = await snapshots.read();
    const id = [...snapshot.roles.values()].find(({ name }) => name === role)?.id ?? '';
    expect(await assign(by, groups, await mustExist(group), [{ role: id }], snapshot)).toMatchObject({ ok: true });
  }
  const source = { kind: 'connector', id: 'corp' };

  test('appear with their first member, and only those that the rules name', async () => {
    expect(await mirrored()).toEqual([]);
    await enter('anna');
    expect(await mirrored()).toEqual(['team-red']);
    expect(await groupNamed('team-red')).toMatchObject({
      connector: 'corp',
      upstreamId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      assignments: [],
    });
    expect(await groupsOf('anna')).toEqual([['team-red', source]]);
    const { id: subjectId } = await mustExist('team-red');
    const about = { subjectKind: 'group', subjectId };
    const records = await host.parts.realm.of(auditRecords).find('bySubject', about, { limit: 10 });
    const change = { kind: 'group.created', actorKind: 'system', actorId: 'connector:corp', outcome: 'success' };
    expect(records.rows).toMatchObject([change]);
  });

  test('cost a sign-in nothing once they exist', async () => {
    const callsOf = async (name: string) => {
      await enter(name);
      counting.reset();
      await enter(name);
      return counting.tally().calls.toSorted();
    };
    const before = [await userNamed('anna'), await groupNamed('team-red')].map((one) => one?.version);
    expect(await callsOf('anna')).toEqual(await callsOf('lone'));
    expect([await userNamed('anna'), await groupNamed('team-red')].map((one) => one?.version)).toEqual(before);
  });

  test('have the roles that an administrator gave them, as long as somebody is a member', async () => {
    expect((await enter('anna'))['roles']).toEqual([]);
    await giveRole('team-red', 'seller');
    expect((await enter('anna'))['roles']).toEqual(['seller']);
    expect((await enter('boris'))['roles']).toEqual(['seller']);
    const leaving = `changetype: modify\ndelete: member\nmember: uid=boris,${PEOPLE}\n`;
    await slapd.modify(`dn: cn=team-red,${GROUPS}\n${leaving}`);
    expect((await enter('boris'))['roles']).toEqual([]);
    expect(await groupsOf('boris')).toEqual([]);
  });

  test('follow a new name of the directory, with their access', async () => {
    const { id } = await mustExist('team-red');
    await slapd.modify(`dn: cn=team-red,${GROUPS}\nchangetype: modrdn\nnewrdn: cn=team-crimson\ndeleteoldrdn: 1\n`);
    expect((await enter('anna'))['roles']).toEqual(['seller']);
    expect(await groupNamed('team-red')).toBeUndefined();
    expect((await groupNamed('team-crimson'))?.id).toBe(id);
  });

  test('never join a group of ours with their name', async () => {
    expect(await host.parts.groups.create(by, { name: 'team-blue' })).toMatchObject({ ok: true });
    await giveRole('team-blue', 'seller');
    expect((await enter('clara'))['roles']).toEqual([]);
    expect(await groupsOf('clara')).toEqual([['corp: team-blue', source]]);
    // Nor does a rule that names a group here lead to a mirrored one.
    await changeConnector(host, mirroring([{ exact: 'team-black', to: { group: 'team-crimson' } }]));
    expect((await enter('hans'))['roles']).toEqual([]);
    await changeConnector(host, mirroring([{ prefix: 'team-', to: { mirror: true }, for: TEAMS }]));
  });

  test('are made once if the first sign-ins of two members happen at once', async () => {
    await Promise.all([enter('dirk'), enter('ellen')]);
    expect((await mirrored()).filter((name) => name.includes('green'))).toEqual(['team-green']);
    expect([await groupsOf('dirk'), await groupsOf('ellen')]).toEqual([
      [['team-green', source]],
      [['team-green', source]],
    ]);
    const { upstreamId = '' } = await mustExist('team-green');
    const again = { name: 'another name', connector: 'corp', upstreamId };
    expect(await host.parts.groups.createMirrored(by, again, [])).toMatchObject({ refusal: { code: 'taken' } });
  });

  test('that another process has made since are found', async () => {
    const other = await openParts(readConfig(host.env), { passwordCost: 4 });
    const enterThere = (identifier: string) =>
      other.authentication.authenticate({ identifier, password: PASSWORD }, '192.0.2.1');
    try {
      // It has read the groups that there are.
      expect(await enterThere('corp/lone')).toMatchObject({ kind: 'ok' });
      await enter('kurt');
      expect(await enterThere('corp/lars')).toMatchObject({ kind: 'ok' });
    } finally {
      await other.close();
    }
    const violet = [['team-violet', source]];
    expect([await groupsOf('kurt'), await groupsOf('lars')]).toEqual([violet, violet]);
  });

  test('are not renamed, removed or given members by hand', async () => {
    const { groups, users, snapshots, assign } = host.parts;
    const group = await mustExist('team-green');
    expect(await groups.update(by, group.id, { name: 'ours' })).toMatchObject(REFUSED);
    expect(await groups.remove(by, group.id, group.version, { cascade: true })).toMatchObject(REFUSED);
    const snapshot = await snapshots.read();
    const lone = await userNamed('lone');
    expect(await assign(by, users, lone, [{ group: group.id }], snapshot)).toMatchObject(REFUSED);
    const dirk = await userNamed('dirk');
    const ids = dirk.assignments.map(({ id }) => id);
    expect(await unassign(by, users, dirk, ids, snapshot)).toMatchObject(REFUSED);
    const described = await groups.update(by, group.id, { description: 'Those of the green team' });
    expect(described).toMatchObject({ ok: true, value: { connector: 'corp', upstreamId: group.upstreamId } });
  });

  test('show on the command line which connector they belong to', async () => {
    const { says, command } = commandsAt(host.env);
    expect(await says('group', 'list')).toMatch(/^team-green +mirrored by corp/m);
    const { upstreamId } = await mustExist('team-green');
    const shown: unknown = JSON.parse(await says('group', 'show', 'team-green', '--json'));
    expect(shown).toMatchObject({ name: 'team-green', mirroredBy: 'corp', upstreamId });
    const { code, err } = await command('group', 'rename', 'team-green', 'ours');
    expect([code, err]).toEqual([1, [expect.stringContaining('The connector corp mirrors team-green')]]);
    expect(await says('group', 'edit', 'team-green', '--set', 'description=Green')).toBe('Group team-green changed.');
  });

  test('are shown before they exist, and nothing is changed', async () => {
    const explained = async (...more: string[]) => {
      const lines: string[] = [];
      const command = readConnectorCommand(['explain', 'corp', 'fritz', ...more]);
      await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
      return lines.join('\n');
    };
    expect(await explained()).toContain('  group team-gray: created as a mirror of "team-gray", and added');
    expect(JSON.parse(await explained('--json'))).toMatchObject({
      mirrors: [{ name: 'team-gray', change: 'created', from: 'team-gray' }],
      unknown: [],
    });
    expect(await groupNamed('team-gray')).toBeUndefined();
    await enter('fritz');
    expect(await groupNamed('team-gray')).toBeDefined();
    expect(await explained()).toContain('no changes');
  });

  test('stay when they vanish in the directory, without members', async () => {
    await enter('gina');
    expect(await groupsOf('gina')).toEqual([['team-gone', source]]);
    await slapd.modify(`dn: cn=team-gone,${GROUPS}\nchangetype: delete\n`);
    await enter('gina');
    expect(await groupsOf('gina')).toEqual([]);
    expect(await groupNamed('team-gone')).toMatchObject({ connector: 'corp' });
  });

  test('that come without an id, as by memberOf, are not mirrored, and the reason is shown', async () => {
    await changeConnector(host, { subject: { base: PEOPLE, names: ['uid'], groups: { from: 'memberOf' } } });
    const lines: string[] = [];
    const command = readConnectorCommand(['explain', 'corp', 'ida']);
    await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
    expect(lines.join('\n')).toMatch(/Group rule 1: group "team-black", refused\. .+ no immutable id of the group/);
    await enter('ida');
    expect([await groupsOf('ida'), await groupNamed('team-black')]).toEqual([[], undefined]);
    await changeConnector(host, { subject: corpInput(slapd).subject });
    await enter('ida');
    expect(await groupsOf('ida')).toEqual([['team-black', source]]);
  });
});
