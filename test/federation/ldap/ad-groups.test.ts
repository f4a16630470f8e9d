/** Groups of people of a real domain controller, whichever way they are found. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AD_BASE, AD_GROUPS, AD_PASSWORD, AD_PEOPLE, AD_SERVICE, type Samba, startSamba } from '../../support/samba.js';
import { connectorTo, type TestConnector } from './connector.js';

let samba: Samba;
const connectors: TestConnector[] = [];

beforeAll(async () => {
  samba = await startSamba();
  const alice = await samba.addUser({ name: 'alice', password: true });
  const inner = await samba.addGroup('inner', [alice]);
  const outer = await samba.addGroup('outer', [inner]);
  const loop = await samba.addGroup('loop', [outer]);
  // The circle closes.
  await samba.modify(`dn: ${inner}\nchangetype: modify\nadd: member\nmember: ${loop}\n`);
  await samba.addGroup('sales', [alice]);
  await samba.addGroup('company', [`CN=Domain Users,CN=Users,${AD_BASE}`]);
  await samba.addGroup('primary', []);
  const boris = await samba.addUser({ name: 'boris', password: true });
  await samba.modify(`dn: CN=primary,${AD_GROUPS}\nchangetype: modify\nadd: member\nmember: ${boris}\n`);
  const sid = await samba.valueOf('primary', 'objectSid');
  await samba.set('boris', { primaryGroupID: String(sid?.readUInt32LE(sid.length - 4)) });
}, 120_000);

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => samba.stop());

type Groups = NonNullable<NonNullable<NonNullable<Parameters<typeof connectorTo>[1]>['subject']>['groups']>;

function connector(groups: Groups): TestConnector {
  const made = connectorTo([samba.url], {
    connection: { ca: samba.ca, bindDn: AD_SERVICE.dn },
    secret: AD_SERVICE.password,
    subject: {
      ...{ base: AD_PEOPLE, names: ['sAMAccountName'], id: 'objectGUID', filter: '(objectClass=user)' },
      groups: { base: AD_BASE, id: 'objectGUID', filter: '(objectClass=group)', ...groups },
    },
  });
  connectors.push(made);
  return made;
}

async function groupsOf(name: string, groups: Groups) {
  const outcome = await connector(groups).signIn(name, AD_PASSWORD);
  if (outcome.kind !== 'ok') throw new Error(`The sign-in of ${name} is ${outcome.kind}.`);
  return outcome.identity.groups ?? [];
}
const namesOf = async (name: string, groups: Groups): Promise<readonly string[]> =>
  (await groupsOf(name, groups)).map((group) => group.name).sort();

const CIRCLE = ['inner', 'loop', 'outer', 'sales'];

describe('somebody in a circle of groups has each of them once', () => {
  test('by tokenGroups, with the primary group and those around it', async () => {
    const names = await namesOf('alice', { from: 'tokenGroups' });
    expect(names).toEqual(['Domain Users', 'Users', 'company', ...CIRCLE]);
  });

  test('by the rule in a chain, with the same groups', async () => {
    expect(await namesOf('alice', { from: 'inChain' })).toEqual(await namesOf('alice', { from: 'tokenGroups' }));
  });

  test('by nested memberOf, or a nested search, without the primary group unless the settings say so', async () => {
    for (const from of ['memberOf', 'search'] as const) {
      expect(await namesOf('alice', { from, nested: true })).toEqual(CIRCLE);
      expect(await namesOf('alice', { from })).toEqual(['inner', 'sales']);
      expect(await namesOf('alice', { from, primaryGroup: true })).toContain('Domain Users');
    }
  });
});

test('groups that are not below the base are left out, such as those that every domain has', async () => {
  expect(await namesOf('alice', { from: 'tokenGroups', base: AD_GROUPS })).toEqual([...CIRCLE, 'company'].sort());
});

test('a group that was made primary counts, although it lists nobody as a member', async () => {
  expect(await namesOf('boris', { from: 'memberOf' })).not.toContain('primary');
  for (const from of ['tokenGroups', 'inChain'] as const) expect(await namesOf('boris', { from })).toContain('primary');
  expect(await namesOf('boris', { from: 'search', primaryGroup: true })).toContain('primary');
});

test('a look-up finds the same groups as a sign-in', async () => {
  const made = connector({ from: 'tokenGroups' });
  const outcome = await made.signIn('alice', AD_PASSWORD);
  if (!('identity' in outcome)) throw new Error(outcome.kind);
  const found = await made.lookup(outcome.identity.subject);
  expect(found).toMatchObject({ kind: 'found', identity: { groups: outcome.identity.groups } });
});

test('a person who reads as himself has the same groups', async () => {
  const made = connectorTo([samba.url], {
    connection: { ca: samba.ca },
    subject: {
      ...{ base: AD_PEOPLE, names: ['sAMAccountName'], id: 'objectGUID', bindTemplate: `CN={name},${AD_PEOPLE}` },
      groups: { from: 'tokenGroups', base: AD_BASE, id: 'objectGUID', filter: '(objectClass=group)' },
    },
  });
  connectors.push(made);
  const outcome = await made.signIn('alice', AD_PASSWORD);
  const names = 'identity' in outcome ? outcome.identity.groups?.map(({ name }) => name).sort() : outcome;
  expect(names).toEqual(await namesOf('alice', { from: 'tokenGroups' }));
});

test('a group keeps its id through another name and another place', async () => {
  const idOf = async (name: string) =>
    (await groupsOf('alice', { from: 'tokenGroups' })).find((group) => group.name === name)?.id;
  const before = await idOf('outer');
  expect(before).toMatch(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/);
  await samba.rename('outer', 'renamed');
  await samba.move('outer');
  expect(await idOf('renamed')).toBe(before);
  expect(await idOf('outer')).toBeUndefined();
});
