/** A command names a user as a sign-in does, also one of a directory. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findUser } from '../../src/cli/arguments/find-user.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

describe.each(['sqlite', 'mongodb'] as const)('the user of a command, on %s,', (store) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store);
    for (const [username, userstore] of [['carla'], ['carla', 'corp'], ['anna', 'corp']] as const) {
      const made = await realm.parts.users.create(by, { username, ...(userstore && { userstore }) });
      expect(made).toMatchObject({ ok: true });
    }
  });
  afterAll(() => realm.close());
  const storeOf = async (typed: string) => (await findUser(realm.parts, typed)).userstore;

  test('is one of primary unless the name has a userstore before it', async () => {
    expect([await storeOf('Carla'), await storeOf('CORP/Carla'), await storeOf('corp/anna')]).toEqual([
      ...['primary', 'corp', 'corp'],
    ]);
  });

  test('is never looked for in another userstore, but suggested', async () => {
    await expect(storeOf('anna')).rejects.toThrow('There is no user anna; did you mean corp/anna?');
    await expect(storeOf('other/anna')).rejects.toThrow('There is no user other/anna; did you mean corp/anna?');
    await expect(storeOf('corp/ana')).rejects.toThrow('There is no user corp/ana; did you mean corp/anna?');
  });
});
