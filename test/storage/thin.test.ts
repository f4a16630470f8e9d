import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { users, type User } from '../../src/identity/user.js';
import { identifiers } from '../../src/identity/identifier.js';
import { keyRings } from '../../src/realm/key-ring.js';
import { readKeyCheck, writeKeyCheck } from '../../src/storage/key-check.js';
import { insert, replace, require as need } from '../../src/storage/write.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';

let kept: TemporaryStore;
beforeAll(async () => {
  kept = await temporaryStore([users, identifiers, keyRings]);
});
afterAll(() => kept.close());
const user = (id: string): User => ({
  id,
  createdAt: 1,
  since: 1,
  state: 'active',
  username: id,
  profile: {},
  emailVerified: false,
  attributes: [],
  edges: [],
  within: ['g'],
  roleIds: [],
  terms: ['a', 'b'],
});

describe('thin', () => {
  test('all', async () => {
    const realm = kept.store.in('default');
    const us = realm.of(users);
    expect(await us.insert(user('b'))).toMatchObject({ ok: true, value: { version: 1 } });
    expect(await us.insert(user('b'))).toEqual({ ok: false, refusal: { code: 'conflict', key: 'id' } });
    await us.insert(user('a'));
    expect((await us.find('byTerm', { terms: 'b' }, { limit: 10 })).rows.map((u) => u.id)).toEqual(['a', 'b']);
    const first = await us.find('all', {}, { limit: 1 });
    expect(
      (await us.find('all', {}, { limit: 1, ...(first.next && { after: first.next }) })).rows.map((u) => u.id),
    ).toEqual(['b']);
    expect(await us.count('byState', { state: 'active' }, 10)).toBe(2);
    expect(await us.replace({ ...user('a'), username: 'z' }, 2)).toEqual({ ok: false, refusal: { code: 'changed' } });
    expect(await us.replace({ ...user('a'), username: 'z' }, 1)).toMatchObject({ ok: true, value: { version: 2 } });
    expect(
      await realm.commit([
        insert(identifiers, { id: '1', store: 'p', value: 'x', kind: 'email', userId: 'a' }),
        need(users, 'a', { state: { is: 'active' } }),
        replace(users, user('b'), 1),
      ]),
    ).toEqual({ ok: true });
    expect(await realm.of(identifiers).findOne('value', { store: 'p', value: 'x' })).toMatchObject({
      userId: 'a',
      version: 1,
    });
    expect(
      await realm.commit([
        insert(identifiers, { id: '2', store: 'p', value: 'x', kind: 'email', userId: 'a' }),
        need(users, 'a', { state: { is: 'active' } }),
      ]),
    ).toEqual({ ok: false, write: 0, refusal: { code: 'conflict', key: 'value' } });
    expect(await readKeyCheck(kept.store)).toBe('none');
    expect(await writeKeyCheck(kept.store)).toBe('written');
    expect(await readKeyCheck(kept.store)).toBe('opens');
    await realm.of(keyRings).insert({ id: 'k', use: 'csrf', keys: 'secret', madeAt: 1 });
    expect(await realm.of(keyRings).findOne('use', { use: 'csrf' })).toMatchObject({ keys: 'secret' });
    await kept.store.ping();
    expect(await kept.store.sweep(10)).toBe(0);
  });
});
