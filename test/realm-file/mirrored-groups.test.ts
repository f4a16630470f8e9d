/** Groups that a connector mirrors are not a realm file's. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { apply } from '../../src/realm-file/apply/apply.js';
import { connectorOf, testKind } from '../federation/connectors/test-kind.js';
import { bring, by, emptyRealm, type EmptyRealm, planOf } from './realm.js';

describe.each(['sqlite', 'mongodb'] as const)('a realm file beside mirrored groups, on %s', (store) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [testKind().kind] });
    expect(await realm.parts.connectors.create(by, connectorOf({ id: 'corp' }))).toMatchObject({ ok: true });
    const key = { name: 'Sales', connector: 'corp', upstreamId: '1' };
    expect(await realm.parts.groups.createMirrored(by, key, [])).toMatchObject({ ok: true });
    expect(await bring(realm.parts, 'roles: [{ name: seller }]')).toEqual([]);
  });
  afterAll(() => realm.close());
  const sales = () => realm.parts.groups.findByName('Sales');

  test('leaves them alone', async () => {
    const before = await sales();
    expect(await bring(realm.parts, 'groups: [{ name: Staff, roles: [seller] }]')).toEqual([]);
    expect(await sales()).toEqual(before);
    const { notInFile } = await planOf(realm.parts, 'groups: [{ name: Staff }]');
    expect(notInFile.map(({ name }) => name)).not.toContain('Sales');
  });

  test.each([
    ['takes none over by its name', 'groups: [{ name: Sales, roles: [seller] }]', 'groups[0].name'],
    ['gives none members', 'users: [{ username: ann, groups: [Sales] }]', 'users[0].groups[0]'],
    ['nests no group in one', 'groups: [{ name: Staff, groups: [Sales] }]', 'groups[0].groups[0]'],
  ])('%s', async (_what, file, field) => {
    const before = await sales();
    expect(await bring(realm.parts, file)).toEqual([
      expect.stringMatching(new RegExp(`^1 ${field.replaceAll(/[[\]]/g, '\\$&')}: The connector corp mirrors Sales`)),
    ]);
    expect(await sales()).toEqual(before);
  });

  test('takes none over that appeared since the file was checked', async () => {
    const planned = await planOf(realm.parts, 'groups: [{ name: Team, roles: [seller] }]');
    const key = { name: 'Team', connector: 'corp', upstreamId: '2' };
    expect(await realm.parts.groups.createMirrored(by, key, [])).toMatchObject({ ok: true });
    await expect(apply(realm.parts, by, planned)).rejects.toThrow('mirrors Team');
    expect(await realm.parts.groups.findByName('Team')).toMatchObject({ ...key, assignments: [] });
  });

  test('renames none', async () => {
    const before = await sales();
    expect(await bring(realm.parts, 'groups: [{ name: Vendors, renamedFrom: Sales }]')).toEqual([]);
    expect(await sales()).toEqual(before);
    expect(await realm.parts.groups.findByName('Vendors')).toBeDefined();
  });
});
