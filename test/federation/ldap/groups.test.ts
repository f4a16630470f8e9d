import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { entry, GROUPS, PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../../support/slapd.js';
import { bySearch, connectorToSlapd, type TestConnector } from './connector.js';

const dn = (uid: string): string => `uid=${uid},${PEOPLE}`;

/** @param rdn the name as it stands in the DN */
const group = (rdn: string, ...members: readonly string[]): string =>
  entry(
    `dn: cn=${rdn},${GROUPS}`,
    ...['objectClass: groupOfNames', `cn: ${rdn.replaceAll('\\', '')}`],
    ...members.map((member) => `member: ${member}`),
  );

const added = (ldif: string): string => ldif.replaceAll(/^dn: .*$/gm, '$&\nchangetype: add');

let slapd: Slapd;
const connectors: TestConnector[] = [];

beforeAll(async () => {
  slapd = await startSlapd({
    people: 3,
    entries: [
      person('alice'),
      person('bob'),
      person('smith\\, john').replace(/^uid: .*$/m, 'uid: smith, john'),
      entry(`dn: cn=posix,${GROUPS}`, ...['objectClass: posixGroup', 'cn: posix', 'gidNumber: 1', 'memberUid: alice']),
      entry(
        `dn: cn=unique,${GROUPS}`,
        ...['objectClass: groupOfUniqueNames', 'cn: unique', `uniqueMember: ${dn('alice')}`],
      ),
      // Loaded offline: the overlay does not see it, so nobody has a memberOf of it.
      group('offline', dn('bob')),
      ...Array.from({ length: 60 }, (_, at) => group(`deep${at}`, at === 0 ? dn('p2') : `cn=deep${at - 1},${GROUPS}`)),
      ...Array.from({ length: 700 }, (_, at) => group(`many${at}`, dn('p1'))),
    ].join(''),
    added: added(
      [
        group('inner', dn('alice')),
        group('Smith\\, John', dn('alice'), dn('smith\\, john')),
        group('outer', `cn=inner,${GROUPS}`),
        group('loop', `cn=outer,${GROUPS}`),
      ].join(''),
    ),
  });
  // The circle closes.
  await slapd.modify(`dn: cn=inner,${GROUPS}\nchangetype: modify\nadd: member\nmember: cn=loop,${GROUPS}\n`);
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => slapd.stop());

type Groups = NonNullable<Parameters<typeof connectorToSlapd>[1]>['subject'] extends infer S | undefined
  ? S extends { groups?: infer G }
    ? NonNullable<G>
    : never
  : never;

function connector(groups: Groups): TestConnector {
  const made = connectorToSlapd(slapd, { subject: { groups } });
  connectors.push(made);
  return made;
}

async function groupNames(name: string, groups: Groups): Promise<readonly string[]> {
  const outcome = await connector(groups).signIn(name, PASSWORD);
  return outcome.kind === 'ok' ? (outcome.identity.groups ?? []).map((one) => one.name).sort() : [outcome.kind];
}

describe('groups are found', () => {
  test('by memberOf, with the name as the DN means it', async () => {
    expect(await groupNames('alice', { from: 'memberOf' })).toEqual(['Smith, John', 'inner']);
  });

  test('by a search for members, with the id that never changes', async () => {
    const outcome = await connector(bySearch).signIn('alice', PASSWORD);
    const groups = outcome.kind === 'ok' ? outcome.identity.groups : undefined;
    expect(groups).toContainEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'inner',
      dn: `cn=inner,${GROUPS}`,
    });
    expect(groups?.map((one) => one.name).sort()).toEqual(['Smith, John', 'inner']);
  });

  test('by a search, where memberOf does not know them since they were loaded offline', async () => {
    expect(await groupNames('bob', { from: 'memberOf' })).toEqual([]);
    expect(await groupNames('bob', bySearch)).toEqual(['offline']);
  });

  test('by the member with a comma in the name', async () => {
    expect(await groupNames('smith, john', bySearch)).toEqual(['Smith, John']);
  });

  test('by uniqueMember, and by memberUid', async () => {
    const from = { from: 'search', base: GROUPS } as const;
    expect(await groupNames('alice', { ...from, member: 'uniqueMember' })).toEqual(['unique']);
    expect(await groupNames('alice', { ...from, member: 'memberUid' })).toEqual(['posix']);
    expect(await groupNames('bob', { ...from, member: 'memberUid' })).toEqual([]);
  });

  test('through the groups that contain them, each once, also in a circle', async () => {
    const all = ['Smith, John', 'inner', 'loop', 'outer'];
    expect(await groupNames('alice', { ...bySearch, nested: true })).toEqual(all);
    expect(await groupNames('alice', { ...bySearch, from: 'memberOf', nested: true })).toEqual(all);
  });

  test('in pages, if there are many', async () => {
    expect(await groupNames('p1', bySearch)).toHaveLength(700);
  });
});

describe('groups are not reported', () => {
  test('unless the settings read them', async () => {
    const outcome = await connector({ from: 'none' }).signIn('alice', PASSWORD);
    expect(outcome).not.toHaveProperty('identity.groups');
  });

  test('if they are nested too deep: a part would look like groups that the person left', async () => {
    const deep = connector({ ...bySearch, nested: true });
    const outcome = await deep.signIn('p2', PASSWORD);
    expect(outcome.kind).toBe('partial');
    expect(outcome).not.toHaveProperty('identity.groups');
    expect(deep.events).toEqual([{ reason: 'groups-too-deep' }]);
    expect(await deep.lookup('identity' in outcome ? outcome.identity.subject : '')).toEqual({
      kind: 'upstream-error',
      reason: 'groups-too-deep',
    });
  });

  test('if the directory cuts them off', async () => {
    // slapd returns 500 entries to whoever has no other limit.
    const limited = connectorToSlapd(slapd, { connection: { anonymous: true }, subject: { groups: bySearch } });
    connectors.push(limited);
    expect(await limited.signIn('p1', PASSWORD)).toMatchObject({ kind: 'partial' });
    expect(limited.events).toEqual([{ reason: 'size-limit' }]);
  });

  test('if their base does not exist', async () => {
    const there = connector({ ...bySearch, base: `ou=nowhere,${PEOPLE}` });
    expect(await there.signIn('alice', PASSWORD)).toMatchObject({ kind: 'partial' });
    expect(there.events).toEqual([{ reason: 'no-base' }]);
  });
});
