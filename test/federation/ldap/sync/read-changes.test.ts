import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { UpstreamReader } from '../../../../src/federation/contract/upstream-reader.js';
import { entry, GROUPS, PEOPLE, person, type Slapd, startSlapd, SUFFIX } from '../../../support/slapd.js';
import { bySearch, connectorToSlapd, type TestConnector } from '../connector.js';
import { changesOf, named, readAll, readerOf } from './collect.js';

/** Long before the test. */
const OLD = ['createTimestamp: 20200101000000Z', 'modifyTimestamp: 20200102000000Z'];

let slapd: Slapd;
const connectors: TestConnector[] = [];

const reader = (subject: NonNullable<Parameters<typeof connectorToSlapd>[1]>['subject'] = {}): UpstreamReader => {
  const made = connectorToSlapd(slapd, { subject: { changes: 'modifyTimestamp', ...subject } });
  connectors.push(made);
  return readerOf(made);
};

const markOf = async (one: UpstreamReader): Promise<string> => {
  const { end } = await readAll(one);
  return (end.kind === 'complete' && end.mark) || 'none';
};

const change = (uid: string, title: string): Promise<void> =>
  slapd.modify(`dn: uid=${uid},${PEOPLE}\nchangetype: modify\nreplace: title\ntitle: ${title}\n`);
const changeGroup = (cn: string, ...lines: readonly string[]): Promise<void> =>
  slapd.modify([`dn: cn=${cn},${GROUPS}`, 'changetype: modify', ...lines, ''].join('\n'));

const group = (cn: string, ...members: readonly string[]): string =>
  entry(
    `dn: cn=${cn},${GROUPS}`,
    ...['objectClass: groupOfNames', `cn: ${cn}`, ...OLD],
    ...members.map((uid) => `member: uid=${uid},${PEOPLE}`),
  );

beforeAll(async () => {
  slapd = await startSlapd({
    entries: [
      ...['ada', 'bert', 'cleo', 'dora'].map((uid) => person(uid, ...OLD)),
      group('sales', 'ada', 'bert'),
      group('buyers', 'cleo'),
    ].join(''),
  });
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => slapd.stop());

test('nobody is read again if nothing changed', async () => {
  const one = reader();
  const { end, users } = await changesOf(one, mark({ since: '20250101000000Z' }));
  expect(end).toMatchObject({ kind: 'complete', unreadable: 0 });
  expect(users).toEqual([]);
});

test('whoever changed or is new since the mark is read, and the next mark follows', async () => {
  const one = reader({ attributes: ['title'] });
  const first = mark({});
  await change('bert', 'Buyer');
  await slapd.modify(person('eve').replace('\n', '\nchangetype: add\n'));
  const { end, users } = await changesOf(one, first);
  expect(named(users)).toEqual(expect.arrayContaining(['bert', 'eve']));
  expect(named(users)).not.toContain('ada');
  expect(end.kind === 'complete' && end.mark !== first).toBe(true);
});

test('a change within the second of the mark is not missed', async () => {
  const one = reader();
  await change('cleo', 'one');
  const after = await markOf(one);
  await change('cleo', 'two');
  expect(named((await changesOf(one, after)).users)).toContain('cleo');
});

test('a change while everybody is read is not missed, even if somebody else changes later', async () => {
  const one = reader();
  let isFirst = true;
  const { end } = await readAll(one, async () => {
    if (isFirst) await change('dora', 'seen too early');
    isFirst = false;
  });
  expect(named((await changesOf(one, (end.kind === 'complete' && end.mark) || '')).users)).toContain('dora');
});

test.each(['20250101000000Z', '20250101000000.123456Z', '20250101010000+0100', '202501010000Z', '2024123123-0100'])(
  'a mark of %s is read as the time that it is',
  async (since) => {
    const { end, users } = await changesOf(reader(), mark({ since }));
    expect(end.kind).toBe('complete');
    expect(named(users)).not.toContain('ada');
  },
);

test('a mark never goes back', async () => {
  const { end } = await changesOf(reader(), mark({ since: '20990101000000Z' }));
  expect(end).toEqual({ kind: 'complete', unreadable: 0, mark: mark({ since: '20990101000000Z' }) });
});

test.each(['', 'nonsense', '{}', '[]', 'null', mark({ since: 'yesterday' }), mark({ by: 'uSNChanged' })])(
  'the mark %j is lost, and nobody is read',
  async (text) => {
    const { end, pages } = await changesOf(reader(), text);
    expect(end).toEqual({ kind: 'mark-lost', reason: 'mark-unreadable' });
    expect(pages).toEqual([]);
  },
);

describe('a change of a group loses the mark, since nobody can tell who left it:', () => {
  const subject = { groups: bySearch };
  test.each([
    ['a new member', () => changeGroup('sales', 'add: member', `member: uid=cleo,${PEOPLE}`)],
    ['a member less', () => changeGroup('sales', 'delete: member', `member: uid=bert,${PEOPLE}`)],
    [
      'a new name',
      () => slapd.modify(`dn: cn=buyers,${GROUPS}\nchangetype: modrdn\nnewrdn: cn=bought\ndeleteoldrdn: 1\n`),
    ],
    ['a group that is gone', () => slapd.modify(`dn: cn=bought,${GROUPS}\nchangetype: delete\n`)],
    [
      'a new group',
      () =>
        slapd.modify(
          group('news', 'ada')
            .replace('\n', '\nchangetype: add\n')
            .replaceAll(/^.*Timestamp.*\n/gm, ''),
        ),
    ],
  ])('%s', async (_what, work) => {
    const one = reader(subject);
    const before = await markOf(one);
    expect((await changesOf(one, before)).end.kind).toBe('complete');
    await work();
    expect(await changesOf(one, before)).toEqual({
      end: { kind: 'mark-lost', reason: 'groups-changed' },
      ...{ pages: [], users: [] },
    });
    expect((await changesOf(one, await markOf(one))).end.kind).toBe('complete');
  });

  test('also where memberOf tells the groups', async () => {
    const one = reader({ groups: { from: 'memberOf' } });
    const before = await markOf(one);
    await changeGroup('sales', 'add: description', 'description: x');
    expect((await changesOf(one, before)).end).toEqual({ kind: 'mark-lost', reason: 'groups-changed' });
  });
});

test('where nothing tells changes, everybody is read each time', async () => {
  const one = reader({ changes: 'none' });
  expect((await readAll(one)).end).toEqual({ kind: 'complete', unreadable: 0 });
  expect((await changesOf(one, mark({}))).end).toEqual({ kind: 'mark-lost', reason: 'no-marks' });
});

test.each([
  ['first', (base: string) => ({ base, moreBases: [PEOPLE] })],
  ['last', (base: string) => ({ moreBases: [base] })],
])('a base that is missing makes the changes partial, as the %s one', async (_at, subject) => {
  const base = `ou=nowhere,${SUFFIX}`;
  const { end } = await changesOf(reader(subject(base)), mark({}));
  expect(end).toEqual({ kind: 'partial', reason: 'no-base', base });
});

function mark(changes: object): string {
  return JSON.stringify({ by: 'modifyTimestamp', since: '20250101000000Z', groups: 'none', ...changes });
}
