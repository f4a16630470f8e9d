import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { UpstreamReader } from '../../../../src/federation/contract/upstream-reader.js';
import {
  AD_BASE,
  AD_ELSEWHERE,
  AD_GROUPS,
  AD_PEOPLE,
  AD_SERVICE,
  type Samba,
  startSamba,
} from '../../../support/samba.js';
import { connectorTo, type TestConnector } from '../connector.js';
import { changesOf, named, readAll, readerOf } from './collect.js';

let samba: Samba;
const connectors: TestConnector[] = [];

const PEOPLE_OF_AD = {
  base: AD_PEOPLE,
  id: 'objectGUID',
  changes: 'uSNChanged',
  filter: '(&(objectCategory=person)(objectClass=user))',
} as const;

const connector = (
  subject: NonNullable<Parameters<typeof connectorTo>[1]>['subject'] = {},
  // By default only administrators may list the deleted entries.
  service = { dn: `CN=Administrator,CN=Users,${AD_BASE}`, password: samba.administrator.password },
): TestConnector => {
  const made = connectorTo([samba.url], {
    connection: { ca: samba.ca, bindDn: service.dn },
    subject: { ...PEOPLE_OF_AD, names: ['sAMAccountName'], ...subject },
    secret: service.password,
  });
  connectors.push(made);
  return made;
};
const reader = (...given: Parameters<typeof connector>): UpstreamReader => readerOf(connector(...given));
const names = (users: Parameters<typeof named>[0]): readonly string[] => named(users, 'samaccountname');

const markOf = async (one: UpstreamReader): Promise<string> => {
  const { end } = await readAll(one);
  return (end.kind === 'complete' && end.mark) || 'none';
};

async function subjectOf(name: string): Promise<string | undefined> {
  const { users } = await readAll(reader());
  return users.find(({ identity }) => identity.claims.get('samaccountname')?.includes(name) === true)?.identity.subject;
}

beforeAll(async () => {
  samba = await startSamba();
  await samba.addUsers(['anna', 'bert', 'cleo', 'dora', 'emil', 'fred', 'gina'].map((name) => ({ name })));
  await samba.addGroup('sales', [await samba.dnOf('anna'), await samba.dnOf('bert')]);
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => samba.stop());

test('everybody is read, with a mark of each and no reader of ids', async () => {
  const one = reader({ groups: { from: 'memberOf' } });
  const { end, users } = await readAll(one);
  expect(end).toMatchObject({ kind: 'complete', unreadable: 0 });
  expect(names(users)).toEqual(['anna', 'bert', 'cleo', 'dora', 'emil', 'fred', 'gina']);
  const anna = users.find(({ identity }) => identity.claims.get('samaccountname')?.includes('anna') === true);
  expect(anna?.identity.groups?.map(({ name }) => name)).toEqual(['sales']);
  expect(users.every(({ changeMark }) => changeMark?.includes('uSNChanged=') === true)).toBe(true);
  expect(one).not.toHaveProperty('subjects');
});

test('a search at the root follows no reference, and is complete', async () => {
  const { end, users } = await readAll(reader({ base: AD_BASE }));
  expect(end.kind).toBe('complete');
  expect(names(users)).toEqual(expect.arrayContaining(['anna', 'Administrator']));
});

test('only who changed is read, and nothing afterwards', async () => {
  const one = reader();
  const before = await markOf(one);
  expect((await changesOf(one, before)).pages).toEqual([]);
  await samba.set('cleo', { title: 'Buyer' });
  const { end, users, pages } = await changesOf(one, before);
  expect(names(users)).toEqual(['cleo']);
  expect(pages.flatMap(({ deleted = [] }) => deleted)).toEqual([]);
  expect(end.kind).toBe('complete');
  expect((await changesOf(one, (end.kind === 'complete' && end.mark) || '')).pages).toEqual([]);
});

test('whoever changes while everybody is read changed since the mark', async () => {
  const one = reader();
  const { end } = await readAll(one, () => samba.set('cleo', { title: 'Seller' }));
  expect(names((await changesOf(one, (end.kind === 'complete' && end.mark) || '')).users)).toEqual(['cleo']);
});

test('whoever is deleted, leaves the bases or the filter is gone, and whoever moves between bases is not', async () => {
  const subject = { filter: '(&(objectClass=user)(!(title=left)))' };
  const [dora, emil, fred, gina] = [
    await subjectOf('dora'),
    await subjectOf('emil'),
    await subjectOf('fred'),
    await subjectOf('gina'),
  ];
  const [narrow, wide] = [reader(subject), reader({ ...subject, moreBases: [AD_ELSEWHERE] })];
  const before = { narrow: await markOf(narrow), wide: await markOf(wide) };
  await samba.remove('dora');
  await samba.move('emil');
  await samba.set('fred', { title: 'left' });
  await samba.rename('gina', 'Gina G.');
  const goneOf = async (one: UpstreamReader, mark: string) => {
    const { pages, users } = await changesOf(one, mark);
    return {
      gone: pages.flatMap(({ deleted = [] }) => deleted).sort(),
      read: users.map(({ identity }) => identity.subject),
    };
  };
  expect(await goneOf(narrow, before.narrow)).toEqual({ gone: [dora, emil, fred].sort(), read: [gina] });
  expect((await goneOf(wide, before.wide)).gone).toEqual([dora, fred].sort());
});

test('somebody restored is read again, with the same id', async () => {
  const one = reader();
  const anna = await subjectOf('anna');
  await samba.remove('anna');
  const before = await markOf(one);
  await samba.restore('anna');
  expect((await changesOf(one, before)).users.map(({ identity }) => identity.subject)).toEqual([anna]);
});

describe('the mark is lost', () => {
  test('when a group changed, and one that is gone', async () => {
    const one = reader({ groups: { from: 'memberOf' } });
    for (const work of [
      async () => samba.addGroup('buyers', [await samba.dnOf('cleo')]),
      async () =>
        samba.modify(
          `dn: CN=buyers,${AD_GROUPS}\nchangetype: modify\ndelete: member\nmember: ${await samba.dnOf('cleo')}\n`,
        ),
      async () => samba.remove('buyers'),
    ]) {
      const before = await markOf(one);
      expect((await changesOf(one, before)).end.kind).toBe('complete');
      await work();
      expect((await changesOf(one, before)).end).toEqual({ kind: 'mark-lost', reason: 'groups-changed' });
    }
  });

  test('where the account may not see what was deleted', async () => {
    const one = reader({}, AD_SERVICE);
    expect((await changesOf(one, await markOf(one))).end).toEqual({ kind: 'mark-lost', reason: 'deleted-unreadable' });
  });

  test.each<[string, object]>([
    ['other-controller', { controller: 'CN=NTDS Settings,CN=OTHER,CN=Servers' }],
    ['other-database', { invocation: '00' }],
    ['counter-fell', { usn: '9223372036854775807' }],
    ['mark-unreadable', { usn: '-1' }],
    ['mark-unreadable', { by: 'modifyTimestamp' }],
  ])('%s', async (reason, changes) => {
    const one = reader();
    const mark = JSON.parse(await markOf(one)) as object;
    expect((await changesOf(one, JSON.stringify({ ...mark, ...changes }))).end).toEqual({ kind: 'mark-lost', reason });
  });
});
