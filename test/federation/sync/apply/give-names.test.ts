/** People get the names of others who get another one: each after whoever had it, and nobody is left with a random one. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refused } from '../../../../src/changes/change-result.js';
import { giveNames } from '../../../../src/federation/sync/apply/give-names.js';
import type { NewUser } from '../../../../src/identity/users/new-user.js';
import { by, type IdentityStore, identityStores, made } from '../../../identity/identity-store.js';

const ID = 'corp';

describe.each(identityStores)('on %s,', (_store, open) => {
  let home: IdentityStore;
  /** The names that people were given, in order; a random one as `random`. */
  let given: string[];
  /** Who is refused a name, by that name. A random one is `random`. */
  let refusals: ReadonlyMap<string, 'changed' | 'forbidden'>;
  beforeEach(async () => {
    home = await open();
    [given, refusals] = [[], new Map()];
  });
  afterEach(() => home.close());

  const person = async (id: string, more: Partial<NewUser> = {}) =>
    made(await home.users.create(by, { id, username: id, userstore: ID, ...more }));
  const nameOf = async (id: string) => (await home.users.get(id))?.username;

  /** Gives the names, by the ids of the users, and returns who did not get one, with why. */
  async function give(wanted: Readonly<Record<string, string>>) {
    const parts = {
      users: {
        get: async (id: string) => home.users.get(id),
        async update(...[actor, id, patch]: Parameters<typeof home.users.update>) {
          const { username = '' } = patch;
          const name = /^corp\.[a-z0-9]{10}$/.test(username) ? 'random' : username;
          given.push(`${id}: ${name}`);
          const code = refusals.get(`${id}: ${name}`);
          return code ? refused(code) : home.users.update(actor, id, patch);
        },
      },
      identifiers: home.identifiers,
    };
    const names = Object.entries(wanted).map(([userId, username]) => ({ userId, username, subject: `s-${userId}` }));
    const kept = await giveNames(parts, by, ID, names);
    return kept.map(({ userId, refusal }) => `${userId} ${refusal?.code ?? 'waits'}`);
  }

  test('a name that is free is given at once', async () => {
    await person('anna-1');
    expect(await give({ 'anna-1': 'anna-2' })).toEqual([]);
    expect(await nameOf('anna-1')).toBe('anna-2');
  });

  test('the own name in another spelling is given at once', async () => {
    await person('anna-1');
    expect(await give({ 'anna-1': 'Anna-1' })).toEqual([]);
    expect(given).toEqual(['anna-1: Anna-1']);
  });

  test('a chain begins with the free name, whoever was read first', async () => {
    for (const id of ['anna-1', 'bea-1']) await person(id);
    await person('cleo-1', { username: 'CLEO-1' });
    expect(await give({ 'anna-1': 'BEA-1', 'bea-1': 'Cleo-1', 'cleo-1': 'dora-1' })).toEqual([]);
    expect(given).toEqual(['cleo-1: dora-1', 'bea-1: Cleo-1', 'anna-1: BEA-1']);
    expect(await nameOf('anna-1')).toBe('BEA-1');
  });

  test('in a circle, one has a random name for a moment', async () => {
    for (const id of ['anna-1', 'bea-1', 'cleo-1']) await person(id);
    expect(await give({ 'anna-1': 'bea-1', 'bea-1': 'cleo-1', 'cleo-1': 'anna-1' })).toEqual([]);
    expect(given).toEqual(['anna-1: random', 'cleo-1: anna-1', 'bea-1: cleo-1', 'anna-1: bea-1']);
    expect(await Promise.all(['anna-1', 'bea-1', 'cleo-1'].map(nameOf))).toEqual(['bea-1', 'cleo-1', 'anna-1']);
  });

  test('whoever waits for the name of a stranger keeps theirs, and so does who waits for them', async () => {
    for (const id of ['anna-1', 'bea-1', 'stranger-1']) await person(id);
    expect(await give({ 'anna-1': 'bea-1', 'bea-1': 'stranger-1' })).toEqual(['anna-1 waits', 'bea-1 waits']);
    expect(given).toEqual([]);
  });

  test('whoever waits for somebody of a circle is none of it', async () => {
    await person('anna-1', { email: 'anna@corp.test', emailVerified: true });
    for (const id of ['bea-1', 'cleo-1']) await person(id);
    expect(await give({ 'cleo-1': 'anna@corp.test', 'anna-1': 'bea-1', 'bea-1': 'anna-1' })).toEqual(['cleo-1 waits']);
    expect(given).toEqual(['anna-1: random', 'bea-1: anna-1', 'anna-1: bea-1']);
  });

  describe('of somebody who is refused a name, the refusal is told', () => {
    beforeEach(async () => {
      for (const id of ['anna-1', 'bea-1', 'cleo-1']) await person(id);
    });

    test('and whoever waits for theirs goes on to wait', async () => {
      refusals = new Map([['bea-1: free-1', 'changed']]);
      expect(await give({ 'anna-1': 'bea-1', 'bea-1': 'free-1' })).toEqual(['bea-1 changed', 'anna-1 waits']);
      expect(await nameOf('anna-1')).toBe('anna-1');
    });

    test('also if they were removed meanwhile', async () => {
      made(await home.users.remove(by, 'bea-1'));
      expect(await give({ 'bea-1': 'free-1' })).toEqual(['bea-1 missing']);
    });

    test('and nobody else of a circle keeps a random name', async () => {
      refusals = new Map([['bea-1: anna-1', 'forbidden']]);
      expect(await give({ 'anna-1': 'bea-1', 'bea-1': 'anna-1' })).toEqual(['bea-1 forbidden', 'anna-1 taken']);
      expect([await nameOf('anna-1'), await nameOf('bea-1')]).toEqual(['anna-1', 'bea-1']);
      expect(given).toEqual(['anna-1: random', 'bea-1: anna-1', 'anna-1: bea-1', 'anna-1: anna-1']);
    });

    test('and those of a circle get the name that a removed one had', async () => {
      const { users } = home;
      const get = users.get.bind(users);
      users.get = async (id) => {
        users.get = get;
        // After the names of today were looked up.
        made(await users.remove(by, 'bea-1'));
        return get(id);
      };
      expect(await give({ 'anna-1': 'bea-1', 'bea-1': 'anna-1' })).toEqual(['bea-1 missing']);
      expect(await nameOf('anna-1')).toBe('bea-1');
    });

    test('and a circle that cannot begin is told once, with everybody in it', async () => {
      refusals = new Map([['anna-1: random', 'changed']]);
      expect(await give({ 'anna-1': 'bea-1', 'bea-1': 'anna-1' })).toEqual(['anna-1 changed', 'bea-1 taken']);
      expect([await nameOf('anna-1'), await nameOf('bea-1')]).toEqual(['anna-1', 'bea-1']);
    });
  });
});
