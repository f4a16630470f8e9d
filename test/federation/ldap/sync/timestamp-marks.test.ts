/** Marks of changes by timestamps: nobody who changed is missed, whatever the clocks say. A directory stands in, so that times are ours. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { now, seconds } from '../../../../src/base/clock.js';
import type { UpstreamReader } from '../../../../src/federation/contract/upstream-reader.js';
import { generalizedTime } from '../../../../src/federation/ldap/names/generalized-time.js';
import { GROUPS, PEOPLE } from '../../../support/slapd.js';
import { type StandInDirectory, startStandInDirectory } from '../../../support/stand-in-directory.js';
import { bySearch, connectorTo, type TestConnector } from '../connector.js';
import { changesOf, named, readAll, readerOf } from './collect.js';

const OLD = '20200102000000Z';

let directory: StandInDirectory;
const connectors: TestConnector[] = [];

const reader = (subject: object = {}): UpstreamReader => {
  const made = connectorTo([directory.url], { subject: { changes: 'modifyTimestamp', ...subject } });
  connectors.push(made);
  return readerOf(made);
};
const put = (uid: string, times: object): void =>
  directory.put(`uid=${uid},${PEOPLE}`, { uid, entryUUID: `id of ${uid}`, ...times });
const changed = (uid: string, modifyTimestamp: string): void => put(uid, { modifyTimestamp });
const ago = (some: number): string => generalizedTime(now() - seconds(some));
const mark = (since: string): string => JSON.stringify({ by: 'modifyTimestamp', since, groups: 'none' });

async function markOf(one: UpstreamReader, whileRead?: (pages: number) => void): Promise<string> {
  const { end } = await readAll(one, whileRead);
  if (end.kind !== 'complete' || end.mark === undefined) throw new Error(`There is no mark: ${JSON.stringify(end)}`);
  return end.mark;
}
const changedSince = async (one: UpstreamReader, since: string) => named((await changesOf(one, since)).users);

beforeEach(async () => {
  directory = await startStandInDirectory();
  changed('ada', OLD);
  changed('bert', OLD);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(connectors.splice(0).map((made) => made.close()));
  await directory.stop();
});

test('an entry that says it changed in the future hides no change until then', async () => {
  changed('bert', '20990101000000Z');
  const since = await markOf(reader());
  changed('ada', ago(0));
  expect(await changedSince(reader(), since)).toContain('ada');
});

test('a reading that took long is read again once, and not for as long as nothing changes', async () => {
  const [before, last] = [ago(300), ago(200)];
  changed('ada', before);
  changed('bert', last);
  const real = performance.now.bind(performance);
  let passed = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => real() + passed);
  const first = await markOf(reader(), () => (passed += seconds(1000)));
  const second = await changesOf(reader(), first);
  expect(named(second.users)).toEqual(['ada', 'bert']);
  const since = second.end.kind === 'complete' ? (second.end.mark ?? '') : '';
  expect(await changedSince(reader(), since)).toEqual(['bert']);
  changed('ada', last);
  expect(await changedSince(reader(), since)).toEqual(['ada', 'bert']);
});

test('whoever changes after being read is found, although others who changed later were read after them', async () => {
  directory.rules = { page: { most: 1 } };
  const real = performance.now.bind(performance);
  let passed = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => real() + passed);
  const since = await markOf(reader(), (pages) => {
    if (pages > 1) return;
    changed('ada', ago(8));
    changed('bert', ago(0));
    passed = seconds(10);
  });
  expect(await changedSince(reader(), since)).toEqual(['ada', 'bert']);
});

test('a change of the second before the mark may have become visible later, and is read', async () => {
  changed('ada', '20250101000009Z');
  expect(await changedSince(reader(), mark('20250101000010Z'))).toEqual(['ada']);
  expect(await changedSince(reader(), mark('20250101000011Z'))).toEqual([]);
});

test('whoever was created since and never changed is read', async () => {
  const since = await markOf(reader());
  put('cleo', { createTimestamp: ago(0) });
  put('dora', { createTimestamp: '20190101000000Z' });
  // Whoever changed long ago was created long ago.
  put('emil', { createTimestamp: ago(0), modifyTimestamp: '20190101000000Z' });
  expect(await changedSince(reader(), since)).toEqual(['ada', 'bert', 'cleo']);
});

test('a group in the place of another, with the same times, loses the mark', async () => {
  const group = { objectClass: 'groupOfNames', member: `uid=ada,${PEOPLE}`, modifyTimestamp: OLD };
  directory.put(`cn=sales,${GROUPS}`, { cn: 'sales', ...group });
  const since = await markOf(reader({ groups: bySearch }));
  directory.remove(`cn=sales,${GROUPS}`);
  directory.put(`cn=buyers,${GROUPS}`, { cn: 'buyers', ...group });
  const { end } = await changesOf(reader({ groups: bySearch }), since);
  expect(end).toEqual({ kind: 'mark-lost', reason: 'groups-changed' });
});

describe('without the state of every group there is no mark:', () => {
  const subject = { groups: bySearch };
  const group = { cn: 'sales', objectClass: 'groupOfNames', member: `uid=ada,${PEOPLE}` };
  /** The search for the state of groups asks for marks, and for nothing else. */
  const refuseStates = (): void => {
    directory.rules = {
      before({ name, search }, reply) {
        const isState = name === GROUPS && search?.attributes.includes('entryCSN') === true;
        if (isState) reply.result(51);
        return isState;
      },
    };
  };
  const noMark = { kind: 'complete', unreadable: 0 };

  test('groups that cannot be read', async () => {
    directory.put(`cn=sales,${GROUPS}`, { ...group, modifyTimestamp: OLD });
    const since = await markOf(reader(subject));
    refuseStates();
    expect((await readAll(reader(subject))).end).toEqual(noMark);
    expect((await changesOf(reader(subject), since)).end).toEqual({ kind: 'mark-lost', reason: 'groups-unreadable' });
  });

  test('a group that tells no change', async () => {
    directory.put(`cn=sales,${GROUPS}`, group);
    expect((await readAll(reader(subject))).end).toEqual(noMark);
  });

  test('suffixes that cannot be read, where memberOf names groups anywhere', async () => {
    expect((await readAll(reader({ groups: { from: 'memberOf' } }))).end).toEqual(noMark);
    directory.put('', { namingContexts: 'dc=corp,dc=test' });
    expect((await readAll(reader({ groups: { from: 'memberOf' } }))).end).toEqual({
      ...noMark,
      mark: expect.any(String),
    });
  });
});

describe('whom it knows, and who has the mark of the last reading,', () => {
  const marksOf = async (one: UpstreamReader) =>
    new Map((await readAll(one)).users.map(({ identity, changeMark }) => [identity.subject, changeMark] as const));
  const readSince = async (since: string, marks: ReadonlyMap<string, string | undefined>) =>
    named((await changesOf(reader(), since, marks)).users);
  const withCsn = (uid: string, entryCSN: string): void => put(uid, { modifyTimestamp: OLD, entryCSN });

  test('is not read again, though the time is that of the mark', async () => {
    withCsn('ada', '20200102000000.000001Z#000000#000#000000');
    withCsn('bert', '20200102000000.000002Z#000000#000#000000');
    const [since, marks] = [await markOf(reader()), await marksOf(reader())];
    expect(await readSince(since, new Map())).toEqual(['ada', 'bert']);
    expect(await readSince(since, marks)).toEqual([]);
    // In the same second.
    withCsn('bert', '20200102000000.000003Z#000000#000#000000');
    expect(await readSince(since, marks)).toEqual(['bert']);
  });

  test('is read again where only a time says so: another change may have the same', async () => {
    const [since, marks] = [await markOf(reader()), await marksOf(reader())];
    expect(await readSince(since, marks)).toEqual(['ada', 'bert']);
  });

  test('is read again where the mark is so long that it was cut', async () => {
    withCsn('ada', `20200102000000.000001Z#${'0'.repeat(300)}1`);
    const [since, marks] = [await markOf(reader()), await marksOf(reader())];
    withCsn('ada', `20200102000000.000001Z#${'0'.repeat(300)}2`);
    expect(await readSince(since, marks)).toContain('ada');
  });

  test('moves the mark like whoever is read', async () => {
    withCsn('ada', '20200102000000.000001Z#000000#000#000000');
    withCsn('bert', '20200102000000.000002Z#000000#000#000000');
    const marks = await marksOf(reader());
    const { end } = await changesOf(reader(), mark('20200101000000Z'), marks);
    expect(end.kind === 'complete' && end.mark).toContain('"latest":"20200102000000Z"');
  });
});
