import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { history } from '../../src/changes/history.js';
import { behaviours } from '../../src/identity/activity/activity.js';
import { identifiers } from '../../src/identity/identifiers/identifier.js';
import { by, identityStores, made, PASSWORD, type IdentityStore } from './identity-store.js';

describe.each(identityStores)('on %s, an administrator', (_store, open) => {
  let home: IdentityStore;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());

  test('chooses the id of a user, which nobody else ever has', async () => {
    const user = made(await home.users.create(by, { id: 'CiRmZDA2MTRkMy1j', username: 'chosen' }));
    expect(await home.users.get('CiRmZDA2MTRkMy1j')).toEqual(user);
    const taken = { ok: false, refusal: { code: 'taken', problems: [{ code: 'user-id-taken', path: ['id'] }] } };
    expect(await home.users.create(by, { id: user.id, username: 'chosen2' })).toMatchObject(taken);
    const random = made(await home.users.create(by, { username: 'random' }));
    expect(await home.users.create(by, { id: random.id, username: 'chosen3' })).toMatchObject(taken);
    made(await home.users.remove(by, user.id, 1));
    made(await home.users.remove(by, random.id, 1));
    for (const { id } of [user, random]) {
      expect(await home.users.create(by, { id, username: 'chosen4' })).toMatchObject(taken);
    }
    expect(await home.identifiers.findUser('chosen4')).toBeUndefined();
  });

  test.each(['', ' ', 'a b', 'a:b', 'a/b', '-a', 'x'.repeat(129), 'constructor', '__proto__', 'é'])(
    'does not choose %j',
    async (id) => {
      expect(await home.users.create(by, { id, username: 'unfit' })).toMatchObject({ refusal: { code: 'invalid' } });
    },
  );

  test('removes somebody with names, password and second factor; nothing of them is left but what happened', async () => {
    const wanted = { username: 'gone', email: 'gone@example.com', emailVerified: true };
    const user = made(await home.users.create(by, { ...wanted, password: { clear: PASSWORD, generated: false } }));
    const own = { id: user.id };
    await home.realm.of(behaviours).insert({ ...own, events: [], reports: [] });
    expect(await home.users.remove(by, user.id, 7)).toMatchObject({ refusal: { code: 'changed' } });
    expect(made(await home.users.remove(by, user.id, 1))).toEqual(user);
    expect(await home.users.get(user.id)).toBeUndefined();
    expect(await home.passwords.has(user.id)).toBe(false);
    expect(await home.realm.of(behaviours).get(user.id)).toBeUndefined();
    expect((await home.realm.of(identifiers).find('byUser', { userId: user.id }, { limit: 9 })).rows).toEqual([]);
    expect(home.events.at(-1)).toMatchObject({ kind: 'user.removed', before: { username: 'gone' } });
    const { rows } = await home.realm.of(history).find('ofSubject', { kind: 'user', subject: user.id }, { limit: 9 });
    expect(rows).toMatchObject([{ from: user.since, subjectVersion: 1 }]);
    expect(await home.users.remove(by, user.id)).toMatchObject({ refusal: { code: 'missing' } });
    const again = made(await home.users.create(by, wanted));
    expect(again.id).not.toBe(user.id);
  });

  test('removes somebody whose password, address or name changes at the same moment, or finds them changed', async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = made(await home.users.create(by, { username: `racing${round}` }));
      await Promise.all([
        home.users.remove(by, id),
        home.passwords.setFirst(by, id, { clear: PASSWORD, generated: false }),
        home.identifiers.setEmail(by, id, { address: `racing${round}@example.com`, verified: true }),
        home.users.update(by, id, { username: `raced${round}` }),
      ]);
      await home.users.remove(by, id);
      expect(await home.users.get(id)).toBeUndefined();
      expect(await home.passwords.has(id)).toBe(false);
      expect((await home.realm.of(identifiers).find('byUser', { userId: id }, { limit: 9 })).rows).toEqual([]);
    }
  });

  test('changes names, address and profile at once; what is not said stays, and null takes away', async () => {
    const profile = { name: 'Ed It', nickname: 'Ed' };
    const { id } = made(await home.users.create(by, { username: 'edit', email: 'ed@example.com', profile }));
    made(await home.users.create(by, { username: 'holder', email: 'held@example.com', emailVerified: true }));
    const patch = { username: 'Edith', emailVerified: true, profile: { name: 'Edith It', nickname: null } };
    const changed = made(await home.users.update(by, id, patch, 1));
    expect(changed).toMatchObject({ username: 'Edith', email: 'ed@example.com', emailVerified: true });
    expect(changed.profile).toEqual({ name: 'Edith It' });
    expect(changed.terms).toContain('edith');
    expect((await home.identifiers.findUser('edith'))?.id).toBe(id);
    expect(await home.identifiers.findUser('edit')).toBeUndefined();
    expect((await home.identifiers.findUser('ed@example.com'))?.id).toBe(id);
    for (const [wrong, code] of [
      [{ username: 'HOLDER' }, 'taken'],
      [{ email: 'held@example.com', emailVerified: true }, 'taken'],
      [{ username: 'a b' }, 'invalid'],
      [{ profile: { nmae: 'x' } }, 'invalid'],
    ] as const) {
      expect(await home.users.update(by, id, wrong)).toMatchObject({ refusal: { code } });
    }
    const other = made(await home.users.update(by, id, { email: 'new@example.com' }));
    expect(other).toMatchObject({ email: 'new@example.com', emailVerified: false });
    expect(await home.identifiers.findUser('ed@example.com')).toBeUndefined();
    const without = made(await home.users.update(by, id, { email: null, state: 'disabled' }));
    expect(without).not.toHaveProperty('email');
    expect(without.signedOutAt).toBeDefined();
  });
});
