/** Changes of Active Directory by its counter, on a directory that stands in: what must be read whole before anybody counts as gone. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { UpstreamReader } from '../../../../src/federation/contract/upstream-reader.js';
import { usnChanges } from '../../../../src/federation/ldap/sync/usn-changes.js';
import { SERVICE } from '../../../support/slapd.js';
import {
  type StandInDirectory,
  type StandInRules,
  startStandInDirectory,
} from '../../../support/stand-in-directory.js';
import { connectorTo, type TestConnector } from '../connector.js';
import { partsOf } from '../parts-of.js';
import { changesOf, named, readAll, readerOf } from './collect.js';

const DOMAIN = 'dc=corp,dc=test';
const [HERE, THERE] = [`ou=here,${DOMAIN}`, `ou=there,${DOMAIN}`];
const CONTROLLER = `cn=NTDS Settings,cn=dc1,${DOMAIN}`;
const DELETED = `CN=Deleted Objects,${DOMAIN}`;

let directory: StandInDirectory;
const connectors: TestConnector[] = [];

const reader = (subject: object = {}): UpstreamReader => {
  const made = connectorTo([directory.url], {
    subject: { base: HERE, moreBases: [THERE], id: 'objectGUID', changes: 'uSNChanged', ...subject },
  });
  connectors.push(made);
  return readerOf(made);
};

const people = ['ada', 'bert', 'cleo'];
const guid = (uid: string): Buffer => Buffer.from(`${people.indexOf(uid)}`.padStart(32, '0'), 'hex');
const user = (uid: string, uSNChanged: number, base = HERE): void =>
  directory.put(`uid=${uid},${base}`, { uid, objectClass: 'user', objectGUID: guid(uid), uSNChanged: `${uSNChanged}` });
const root = (usn: number, more: object = {}): void =>
  directory.put('', {
    highestCommittedUSN: `${usn}`,
    dsServiceName: CONTROLLER,
    defaultNamingContext: DOMAIN,
    ...more,
  });

async function markOf(one: UpstreamReader): Promise<string> {
  const { end } = await readAll(one);
  if (end.kind !== 'complete' || end.mark === undefined) throw new Error(`There is no mark: ${JSON.stringify(end)}`);
  return end.mark;
}
const lost = (reason: string) => ({ end: { kind: 'mark-lost', reason }, pages: [], users: [] });

beforeEach(async () => {
  directory = await startStandInDirectory();
  root(100);
  directory.put(CONTROLLER, { invocationId: Buffer.from('0123456789abcdef') });
  directory.put(DELETED, { isDeleted: 'TRUE' });
  user('ada', 10);
  user('bert', 20, THERE);
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
  await directory.stop();
});

test('whoever moves to a base that was read already, from one that was not, is read', async () => {
  directory.rules = { page: { most: 1 } };
  const { end, users } = await readAll(reader(), (pages) => {
    if (pages > 1) return;
    directory.remove(`uid=bert,${THERE}`);
    root(101);
    user('bert', 101);
  });
  expect(end.kind).toBe('complete');
  expect(named(users)).toEqual(['ada', 'bert']);
});

test('whoever has no readable id is not taken for somebody deleted', async () => {
  const since = await markOf(reader());
  root(150);
  user('ada', 150);
  directory.put(`uid=nobody,${DOMAIN}`, { uid: 'nobody', objectClass: 'user', uSNChanged: '150' });
  const { end, pages } = await changesOf(reader(), since);
  expect(end).toMatchObject({ kind: 'complete' });
  expect(pages.filter(({ deleted }) => deleted !== undefined)).toHaveLength(0);
});

test('whoever changes while changes are read is of the next ones', async () => {
  const since = await markOf(reader());
  root(150);
  user('ada', 150);
  const { end, users, pages } = await changesOf(reader(), since);
  expect(named(users)).toEqual(['ada']);
  // Whoever was read is not among those who are elsewhere now.
  expect(pages.flatMap(({ deleted = [] }) => deleted)).toEqual([]);
  user('bert', 151, THERE);
  expect(named((await changesOf(reader(), (end.kind === 'complete' && end.mark) || '')).users)).toEqual(['bert']);
});

describe('of more changes than are held in memory,', () => {
  /** Reads the changes of whoever is beyond what counted before, with this limit. */
  async function resumed(most: number) {
    const parts = partsOf([directory.url], SERVICE.password, { subject: { id: 'objectGUID', changes: 'uSNChanged' } });
    const pages = await parts.directory.dedicated();
    if (!pages.ok) throw new Error(JSON.stringify(pages.failure));
    try {
      const since = await markOf(reader());
      for (const [at, uid] of people.entries()) user(uid, 101 + at);
      directory.requests.length = 0;
      return await usnChanges(parts, most).resume({ pages: pages.value }, since);
    } finally {
      pages.value.close();
      parts.directory.close();
    }
  }

  test('as many as the limit are read', async () => {
    const all = people.map((uid) => expect.stringContaining(`${people.indexOf(uid)}`));
    expect(await resumed(3)).toMatchObject({ kind: 'resumed', everywhere: all });
  });

  test('the mark is lost, and no further page is read', async () => {
    directory.rules = { page: { most: 1 } };
    expect(await resumed(1)).toEqual({ kind: 'mark-lost', reason: 'many-changes' });
    expect(directory.requests.filter(({ page }) => page !== undefined)).toHaveLength(2);
  });
});

describe('the mark is lost', () => {
  /** Answers a search like this with a result, and nothing else. */
  const refuse = (isIt: (search: { readonly name: string; readonly text: string }) => boolean, code = 51): void => {
    const before: StandInRules['before'] = ({ name, search }, reply) => {
      const text = JSON.stringify(search?.filter ?? {}, (_key, value: unknown) =>
        isBytes(value) ? Buffer.from(value.data).toString() : value,
      );
      if (!search || !isIt({ name, text })) return false;
      reply.result(code);
      return true;
    };
    directory.rules = { before };
  };

  test.each([
    ['dsServiceName', { dsServiceName: [] }],
    ['highestCommittedUSN', { highestCommittedUSN: [] }],
    ['defaultNamingContext', { defaultNamingContext: [] }],
    ['a counter that is a number', { highestCommittedUSN: 'many' }],
  ])('without %s, and no new one begins', async (_what, more) => {
    const since = await markOf(reader());
    root(100, more);
    expect(await changesOf(reader(), since)).toEqual(lost('counter-unreadable'));
    expect((await readAll(reader())).end).toEqual({ kind: 'complete', unreadable: 0 });
  });

  test('without the id of the database', async () => {
    const since = await markOf(reader());
    directory.remove(CONTROLLER);
    expect(await changesOf(reader(), since)).toEqual(lost('counter-unreadable'));
  });

  test('if the changed groups cannot be read', async () => {
    const subject = { groups: { from: 'memberOf' } };
    const since = await markOf(reader(subject));
    refuse(({ text }) => text.includes('"group"'));
    expect(await changesOf(reader(subject), since)).toEqual(lost('groups-unreadable'));
  });

  test('if a group changed beyond the one that is asked for', async () => {
    const subject = { groups: { from: 'memberOf' } };
    const since = await markOf(reader(subject));
    for (const name of ['sales', 'buyers'])
      directory.put(`cn=${name},${DOMAIN}`, { cn: name, objectClass: 'group', uSNChanged: '120' });
    expect(await changesOf(reader(subject), since)).toEqual(lost('groups-changed'));
  });

  test.each([
    ['refused', 50],
    ['cut', 4],
  ])('if the changes of the whole domain are %s', async (_how, code) => {
    const since = await markOf(reader());
    refuse(({ name, text }) => name === DOMAIN && text.includes('"user"'), code);
    expect(await changesOf(reader(), since)).toEqual(lost('changes-unreadable'));
  });

  test('if the deleted cannot be seen', async () => {
    const since = await markOf(reader());
    directory.put(DELETED, {});
    expect(await changesOf(reader(), since)).toEqual(lost('deleted-unreadable'));
  });
});

const isBytes = (value: unknown): value is { readonly data: readonly number[] } =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
