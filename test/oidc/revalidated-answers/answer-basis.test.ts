/** An answer holds while everything that it was made from is the same. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { areUnchanged, earliestEnd, holdsAt, versionsOf } from '../../../src/oidc/revalidated-answers/answer-basis.js';
import { type User, users } from '../../../src/identity/users/user.js';
import type { Realm } from '../../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../../support/store.js';
import { user } from '../request.js';

test('from the time at which it was known until its earliest end, in the same generation of the caches', () => {
  const basis = { documents: [], generation: 3, from: 100, until: 200 };
  expect([99, 100, 199, 200].map((at) => holdsAt(basis, at, 3))).toEqual([false, true, true, false]);
  expect(holdsAt(basis, 150, 4)).toBe(false);
});

describe('the earliest end', () => {
  test('is that of a document, in whole seconds', () => {
    expect(earliestEnd([{ expiresAt: 9_999 }, { expiresAt: 12_000 }, {}], [], Infinity)).toBe(9_000);
  });
  test('is that of a model of the library, which may end before its document', () => {
    expect(earliestEnd([{ expiresAt: 9_999 }], [{ exp: 8 }, {}, undefined, 'text'], Infinity)).toBe(8_000);
  });
  test('is that of anything else', () => {
    expect(earliestEnd([{ expiresAt: 9_999 }], [{ exp: 8 }], 7_500)).toBe(7_500);
  });
  test('is none', () => {
    expect(earliestEnd([{}], [{}], Infinity)).toBe(Infinity);
  });
});

describe('documents', () => {
  let store: TemporaryStore;
  let realm: Realm;
  const { version: _, ...ada } = user();
  const bob: User = { ...ada, id: 'bob', username: 'bob' };
  beforeAll(async () => {
    store = await temporaryStore([users]);
    realm = store.store.in('test');
    await realm.of(users).insert(ada);
    await realm.of(users).insert(bob);
  });
  afterAll(() => store.close());

  const read = [
    { spec: users, id: 'ada', version: 1 },
    { spec: users, id: 'bob', version: 1 },
  ];

  test('are unchanged until one of them is written, removed, or made anew', async () => {
    const documents = (await versionsOf(realm, read)) ?? [];
    expect(documents).toHaveLength(2);
    expect(await areUnchanged(realm, documents)).toBe(true);
    await realm.of(users).remove('bob');
    expect(await areUnchanged(realm, documents)).toBe(false);
    await realm.of(users).insert(bob);
    expect(await areUnchanged(realm, documents)).toBe(false);
    const again = (await versionsOf(realm, read)) ?? [];
    await realm.of(users).replace({ ...ada, emailVerified: true }, 1);
    expect(await areUnchanged(realm, again)).toBe(false);
  });

  test('are those of one version and one incarnation', async () => {
    const [ada] = (await versionsOf(realm, [{ spec: users, id: 'ada', version: 2 }])) ?? [];
    if (!ada) throw new Error('Nobody is there.');
    expect(await areUnchanged(realm, [ada])).toBe(true);
    expect(await areUnchanged(realm, [{ ...ada, version: 3 }])).toBe(false);
    expect(await areUnchanged(realm, [{ ...ada, incarnation: ada.incarnation + 1 }])).toBe(false);
  });

  test('are no basis if one of them was changed since it was read', async () => {
    expect(await versionsOf(realm, read)).toBeUndefined();
  });

  test('are no basis without incarnations, which tell one write from another', async () => {
    const older = { ...realm, currentVersions: async () => [{ version: 1 }, { version: 1 }] };
    expect(await versionsOf(older, read)).toBeUndefined();
  });
});
