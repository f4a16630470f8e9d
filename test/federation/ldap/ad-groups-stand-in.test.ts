/** Groups of Active Directory, on a directory that stands in: what can be refused, cut or missing there. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GroupsOfRun } from '../../../src/federation/ldap/groups/groups-of-run.js';
import { type OddReply, type OddRequest } from '../../support/odd-ldap.js';
import { SERVICE } from '../../support/slapd.js';
import { type StandInDirectory, startStandInDirectory } from '../../support/stand-in-directory.js';
import { connectorTo, type TestConnector } from './connector.js';
import { partsOf } from './parts-of.js';

const DOMAIN = 'dc=corp,dc=test';
const PEOPLE = `cn=Users,${DOMAIN}`;
const GROUPS = `ou=groups,${DOMAIN}`;
const ALICE = `cn=Alice,${PEOPLE}`;
const SUBJECT = '11111111-2222-3333-4444-555555555555';

let directory: StandInDirectory;
const connectors: TestConnector[] = [];

type Groups = NonNullable<NonNullable<Parameters<typeof connectorTo>[1]>['subject']>['groups'];

/** MS-DTYP 2.4.2. */
function sid(...parts: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUInt8(5, 7);
  parts.forEach((part, at) => bytes.writeUInt32LE(part, 8 + at * 4));
  return bytes;
}
const ofDomain = (rid: number): Buffer => sid(21, 1, 2, 4_000_000_000, rid);

beforeEach(async () => {
  directory = await startStandInDirectory();
  const member = (...names: readonly string[]) => names.map((name) => `cn=${name},${GROUPS}`);
  const group = (name: string, rid: number, members: readonly string[] = []): void =>
    directory.put(`cn=${name},${GROUPS}`, {
      cn: name,
      objectGUID: guid(rid),
      objectSid: ofDomain(rid),
      member: members,
    });
  group('inner', 1001, [ALICE, ...member('loop')]);
  group('outer', 1002, member('inner'));
  group('loop', 1003, member('outer'));
  group('Everybody', 513);
  group('Company', 1004, member('Everybody'));
  alice();
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
  await directory.stop();
});

const guid = (rid: number): Buffer => Buffer.from(rid.toString(16).padStart(32, '0'), 'hex');

function alice(changes: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>> = {}): void {
  directory.put(ALICE, {
    ...{ uid: 'alice', entryUUID: SUBJECT, objectSid: ofDomain(1100), primaryGroupID: '513' },
    memberOf: [`cn=inner,${GROUPS}`],
    tokenGroups: [...[1001, 1002, 1003, 513, 1004].map(ofDomain), sid(32, 545)],
    ...changes,
  });
}

function connector(groups: Groups): TestConnector {
  const made = connectorTo([directory.url], { subject: subjectOf(groups) });
  connectors.push(made);
  return made;
}

const subjectOf = (groups: Groups) => ({
  base: PEOPLE,
  groups: { from: 'none', ...groups, base: GROUPS, id: 'objectGUID' } as const,
});

/** Their names, or the reasons why they are not told. */
async function groupsOf(groups: Groups): Promise<readonly string[]> {
  const made = connector(groups);
  const outcome = await made.signIn('alice', 'secret');
  if (outcome.kind === 'ok') return (outcome.identity.groups ?? []).map(({ name }) => name).sort();
  if ('identity' in outcome && outcome.identity.groups) return ['groups are told'];
  return made.events.map(({ reason }) => reason);
}

const ALL = ['Company', 'Everybody', 'inner', 'loop', 'outer'];
const from = (kind: NonNullable<Groups>['from'], more: Partial<NonNullable<Groups>> = {}): Groups => ({
  from: kind,
  ...more,
});

describe('tokenGroups', () => {
  test('are the primary group and all groups around groups, each once and with its id', async () => {
    expect(await groupsOf(from('tokenGroups'))).toEqual(ALL);
    const outcome = await connector(from('tokenGroups')).signIn('alice', 'secret');
    const groups = 'identity' in outcome ? outcome.identity.groups : undefined;
    expect(groups?.find(({ name }) => name === 'outer')).toEqual({
      ...{ name: 'outer', dn: `cn=outer,${GROUPS}` },
      id: '00000000-0000-0000-0000-0000000003ea',
    });
  });

  test('cost a sign-in three operations beside the one bind', async () => {
    const made = connector(from('tokenGroups'));
    await made.signIn('alice', 'secret');
    directory.requests.length = 0;
    await made.signIn('alice', 'secret');
    expect(directory.requests.map(({ operation, name }) => [operation, name])).toEqual([
      ['search', PEOPLE],
      ['bind', ALICE],
      ['search', ALICE],
      ['search', GROUPS],
    ]);
  });

  test('are read by a search of their own at a look-up', async () => {
    const found = await connector(from('tokenGroups')).lookup(SUBJECT);
    expect(found.kind === 'found' && found.identity.groups?.map(({ name }) => name).sort()).toEqual(ALL);
  });

  test('are looked for in portions of 50', async () => {
    const rids = Array.from({ length: 120 }, (_, at) => 2000 + at);
    alice({ tokenGroups: rids.map(ofDomain) });
    for (const rid of rids) directory.put(`cn=g${rid},${GROUPS}`, { cn: `g${rid}`, objectSid: ofDomain(rid) });
    expect(await groupsOf(from('tokenGroups'))).toHaveLength(120);
    expect(directory.requests.filter(({ name }) => name === GROUPS)).toHaveLength(3);
  });

  test('that the service account may not read are no groups', async () => {
    alice({ tokenGroups: [] });
    expect(await groupsOf(from('tokenGroups'))).toEqual(['token-groups-unreadable']);
  });

  test('of which a part fails are no groups', async () => {
    directory.rules = { before: refusing(({ name }) => name === GROUPS, 51) };
    expect(await groupsOf(from('tokenGroups'))).toEqual(['directory-busy']);
    directory.rules = { range: 3, before: refusing(({ search }) => hasRange(search?.attributes), 1) };
    expect(await groupsOf(from('tokenGroups'))).toEqual(['attribute-cut']);
  });
});

describe('groups in a chain', () => {
  test('are those around groups, and the primary group with those around it', async () => {
    expect(await groupsOf(from('inChain'))).toEqual(ALL);
  });

  test('are not told without what names the primary group', async () => {
    for (const changes of [{ primaryGroupID: [] }, { objectSid: [] }, { primaryGroupID: ['513', '514'] }]) {
      alice(changes);
      expect(await groupsOf(from('inChain'))).toEqual(['primary-group-unreadable']);
    }
  });
});

describe('the primary group', () => {
  test('is in no memberOf and no search, and is added where the settings say so', async () => {
    expect(await groupsOf(from('memberOf'))).toEqual(['inner']);
    expect(await groupsOf(from('search'))).toEqual(['inner']);
    expect(await groupsOf(from('memberOf', { primaryGroup: true }))).toEqual(['Everybody', 'inner']);
    expect(await groupsOf(from('search', { primaryGroup: true }))).toEqual(['Everybody', 'inner']);
    expect(await groupsOf(from('search', { primaryGroup: true, nested: true }))).toEqual(ALL);
  });

  test('is not read for somebody whose groups are not read', async () => {
    expect(await groupsOf(from('none', { primaryGroup: true }))).toEqual([]);
    expect(directory.requests.some(({ name }) => name === GROUPS)).toBe(false);
  });

  test('that cannot be read takes no other group away', async () => {
    directory.rules = { before: refusing(({ name }) => name === GROUPS, 50) };
    expect(await groupsOf(from('memberOf', { primaryGroup: true }))).toEqual(['search-refused']);
  });
});

test('a run over many people reads each group once', async () => {
  const parts = partsOf([directory.url], SERVICE.password, { subject: subjectOf(from('tokenGroups')) });
  const people = Array.from({ length: 10 }, (_, at) => `cn=p${at},${PEOPLE}`);
  for (const dn of people) directory.put(dn, { tokenGroups: [ofDomain(1001), ofDomain(513), sid(32, 545)] });
  const read = await new GroupsOfRun(parts).read(people.map((dn) => ({ dn, attributes: new Map() })));
  const names = read.map((each) => (each.ok ? each.groups?.map(({ name }) => name) : each.fault));
  expect(names).toEqual(people.map(() => ['inner', 'Everybody']));
  expect(directory.requests.filter(({ name }) => name === GROUPS)).toHaveLength(1);
  parts.directory.close();
});

function refusing(which: (request: OddRequest) => boolean, code: number) {
  return (request: OddRequest, reply: OddReply): boolean => {
    if (!which(request)) return false;
    reply.result(code);
    return true;
  };
}

const hasRange = (attributes: readonly string[] = []): boolean => attributes.some((name) => name.includes(';range='));
