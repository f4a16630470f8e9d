/** Others change people while a run is at work: nothing of theirs is lost, and the next run takes up what is left. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refused } from '../../../src/changes/change-result.js';
import { by } from '../../realm-file/realm.js';
import { ID, type SyncRealm, syncRealm } from './sync-realm.js';

describe.each(['sqlite', 'mongodb'] as const)('a run on %s', (store) => {
  let sync: SyncRealm;
  beforeEach(async () => {
    sync = await syncRealm(store);
    sync.directory.entries
      .set('a', { uid: 'anna', cn: 'Anna', mail: 'anna@corp.test', groups: ['sales'] })
      .set('b', { uid: 'bea', mail: 'bea@corp.test' });
    await sync.run();
  });
  afterEach(() => sync.close());

  test('takes away nothing that an administrator gives meanwhile, and what is left follows', async () => {
    const { users, groups, assign, snapshots } = sync.realm.parts;
    const board = await groups.create(by, { name: 'board' });
    if (!board.ok) throw new Error(board.refusal.code);
    const update = users.update.bind(users);
    users.update = async (...args) => {
      users.update = update;
      const user = await users.get(args[1]);
      if (user)
        expect(await assign(by, users, user, [{ group: board.value.id }], await snapshots.read())).toMatchObject({
          ok: true,
        });
      return update(...args);
    };
    sync.directory.entries.set('a', { uid: 'anna', cn: 'Anna Two', mail: 'anna@corp.test', mark: '2' });
    expect((await sync.run()).applied).toMatchObject({ done: { collided: 0 }, left: 1 });
    const targets = async () => (await sync.user('a'))?.assignments.map(({ target }) => target) ?? [];
    expect(await targets()).toContain(board.value.id);
    expect((await sync.run()).applied).toMatchObject({ left: 0 });
    expect(await targets()).toEqual([board.value.id]);
  });

  test('leaves whoever was changed or removed meanwhile to the next one, and calls them no collision', async () => {
    const { users } = sync.realm.parts;
    const update = users.update.bind(users);
    users.update = async () => {
      users.update = update;
      return refused('changed');
    };
    sync.directory.entries.set('a', {
      uid: 'anna',
      cn: 'Anna Two',
      mail: 'anna@corp.test',
      groups: ['sales'],
      mark: '2',
    });
    expect((await sync.run()).applied).toMatchObject({
      end: { kind: 'applied' },
      done: { collided: 0 },
      collided: [],
      left: 1,
    });
    expect((await sync.run()).applied).toMatchObject({ done: { changed: 1 }, left: 0 });
    expect((await sync.user('a'))?.profile).toMatchObject({ name: 'Anna Two' });
  });

  test('leaves whose name could not be given for a change meanwhile to the next one', async () => {
    const { users } = sync.realm.parts;
    const update = users.update.bind(users);
    users.update = async (...args) => {
      if (args[2].username !== 'bea') return update(...args);
      users.update = update;
      return refused('changed');
    };
    sync.directory.entries
      .set('a', { uid: 'bea', cn: 'Anna', mail: 'anna@corp.test', groups: ['sales'], mark: '2' })
      .set('b', { uid: 'bea.two', mail: 'bea@corp.test', mark: '2' });
    expect((await sync.run()).applied).toMatchObject({ done: { collided: 0 }, collided: [], left: 1 });
    expect([await sync.user('a'), await sync.user('b')]).toMatchObject([{ username: 'anna' }, { username: 'bea.two' }]);
    expect((await sync.run()).applied).toMatchObject({ done: { changed: 1 }, left: 0 });
    expect(await sync.user('a')).toMatchObject({ username: 'bea' });
  });

  test('calls it a collision if the name went to a stranger meanwhile', async () => {
    const { users } = sync.realm.parts;
    const update = users.update.bind(users);
    users.update = async (...args) => {
      if (args[2].username !== 'bea') return update(...args);
      users.update = update;
      expect(await users.create(by, { username: 'bea', userstore: ID })).toMatchObject({ ok: true });
      return update(...args);
    };
    sync.directory.entries
      .set('a', { uid: 'bea', cn: 'Anna', mail: 'anna@corp.test', groups: ['sales'], mark: '2' })
      .set('b', { uid: 'bea.two', mail: 'bea@corp.test', mark: '2' });
    const collided = [{ subject: 'a', username: 'bea', reason: 'username-taken' }];
    expect((await sync.run()).applied).toMatchObject({ done: { collided: 1 }, collided, left: 0 });
    expect(await sync.user('a')).toMatchObject({ username: 'anna' });
  });

  test('gives somebody new the address that another gives up in it, verified once it is free', async () => {
    sync.directory.entries
      .set('0', { uid: 'dora', mail: 'anna@corp.test' })
      .set('a', { uid: 'anna', cn: 'Anna', mail: 'anna.two@corp.test', groups: ['sales'], mark: '2' });
    sync.directory.entries = new Map([...sync.directory.entries].sort());
    const { users } = sync.realm.parts;
    const create = users.create.bind(users);
    const verified: unknown[] = [];
    users.create = async (...args) => {
      verified.push(args[1].emailVerified);
      return create(...args);
    };
    expect((await sync.run()).applied).toMatchObject({ done: { new: 1, changed: 1, collided: 0 }, left: 0 });
    // Two people never have one verified address, also if the run ends here.
    expect(verified).toEqual([false]);
    expect(await sync.user('0')).toMatchObject({ username: 'dora', email: 'anna@corp.test', emailVerified: true });
    expect(await sync.user('a')).toMatchObject({ email: 'anna.two@corp.test', emailVerified: true });
  });

  test('confirms somebody of another userstore with the access that it gives them, which would not begin without', async () => {
    const { users, links } = sync.realm.parts;
    const made = await users.create(by, { username: 'cleo' });
    if (!made.ok) throw new Error(made.refusal.code);
    await links.add(by, made.value.id, { connector: ID, issuer: '', subject: 'c' });
    expect((await users.get(made.value.id))?.confirmations ?? []).toEqual([]);
    sync.directory.entries.set('c', { uid: 'cleo', groups: ['sales'] });
    expect((await sync.run()).applied).toMatchObject({ done: { changed: 1, collided: 0 }, left: 0 });
    expect(await sync.user('c')).toMatchObject({
      ...{ id: made.value.id, userstore: 'primary' },
      ...{ assignments: [{ source: { id: ID } }], confirmations: [{ connector: ID }] },
    });
  });
});
