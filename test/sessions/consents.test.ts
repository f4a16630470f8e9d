import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hours, now } from '../../src/base/clock.js';
import { newId } from '../../src/base/crypto/ids.js';
import type { Actor } from '../../src/changes/actor.js';
import type { Recorder } from '../../src/changes/change-recorder.js';
import { consents } from '../../src/sessions/consents/consent.js';
import type { Consented } from '../../src/sessions/consents/consented.js';
import { ConsentService } from '../../src/sessions/consents/consent-service.js';
import { type Grant, grants } from '../../src/sessions/grants/grant.js';
import { GrantDraft } from '../../src/sessions/grants/grant-draft.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import type { Realm } from '../../src/storage/store.js';
import { changingStore, processOn } from '../changes/one-process.js';
import type { TemporaryStore } from '../support/store.js';

let opened: TemporaryStore;
let realm: Realm;
let recorder: Recorder;
let service: ConsentService;
beforeAll(async () => {
  opened = await changingStore([consents, grants]);
  ({ realm, recorder } = processOn(opened.store));
  service = new ConsentService({ realm, recorder });
});
afterAll(() => opened.close());

const person = (id: string): Actor => ({ kind: 'user', id, requestId: 'r' });
const shop = { id: 'shop', createdAt: 1 };
const agreed = (...scopes: string[]): Consented => ({ scopes, claims: [], resourceScopes: {} });
const grantOf = (userId: string, clientId = 'shop'): Grant => ({
  id: newId(),
  userId,
  clientId,
  startedAt: now(),
  signOutEpoch: 0,
  payload: '{}',
  expiresAt: now() + hours(1),
});

const draftOf = (grant: Grant): GrantDraft => new GrantDraft(realm, grant, undefined, (_theirs, ours) => ours);

test('adds up what was agreed to, and says by whom and when it last was', async () => {
  const admin: Actor = { kind: 'user', id: 'admin', requestId: 'r' };
  await service.give(person('ann'), { userId: 'ann', client: shop }, agreed('openid'));
  await service.give(
    admin,
    { userId: 'ann', client: shop },
    {
      scopes: ['openid', 'email'],
      claims: ['name'],
      resourceScopes: { 'https://orders.test': ['orders:read'] },
    },
  );
  expect(await service.get('ann', shop)).toMatchObject({
    scopes: ['openid', 'email'],
    claims: ['name'],
    resourceScopes: [{ resourceServer: 'https://orders.test', scopes: ['orders:read'] }],
    givenBy: { kind: 'user', id: 'admin' },
  });
});

test('loses nothing that two tabs agree to at once', async () => {
  const names = Array.from({ length: 10 }, (_, at) => `scope-${at}`);
  await Promise.all(names.map((name) => service.give(person('bo'), { userId: 'bo', client: shop }, agreed(name))));
  expect((await service.get('bo', shop))?.scopes.toSorted()).toEqual(names);
});

test('a withdrawal revokes every grant of that person and client, and no other', async () => {
  const mine = Array.from({ length: 130 }, () => grantOf('cy'));
  const others = [grantOf('cy', 'other'), grantOf('di')];
  for (const grant of [...mine, ...others]) await realm.of(grants).insert(grant);
  await service.give(person('cy'), { userId: 'cy', client: shop }, agreed('openid'));

  expect((await service.withdraw(person('cy'), 'cy', 'shop')).ok).toBe(true);

  const read = async (list: readonly Grant[]) => [
    ...(await realm.of(grants).getMany(list.map(({ id }) => id))).values(),
  ];
  expect((await read(mine)).filter(({ revokedAt }) => revokedAt === undefined)).toEqual([]);
  expect((await read(others)).filter(({ revokedAt }) => revokedAt !== undefined)).toEqual([]);
  expect(await service.get('cy', shop)).toBeUndefined();
  expect(await service.withdraw(person('cy'), 'cy', 'shop')).toMatchObject({ refusal: { code: 'missing' } });
  const audited = await realm.of(auditRecords).find('byActor', { actorKind: 'user', actorId: 'cy' }, { limit: 10 });
  expect(audited.rows.map((row) => row.kind)).toEqual(['consent.withdrawn', 'consent.given']);
});

test('no grant that is made from it while it is withdrawn lives on', async () => {
  for (let race = 0; race < 40; race++) {
    const userId = `user-${race}`;
    await service.give(person(userId), { userId, client: shop }, agreed('openid', 'email'));
    const seen = await service.get(userId, shop);
    if (!seen) throw new Error('It was given.');
    const made = Array.from({ length: 6 }, () => grantOf(userId));
    await Promise.all([
      ...made.map((grant) => service.use(shop, seen, agreed('email'), draftOf(grant))),
      service.withdraw(person(userId), userId, 'shop'),
    ]);
    const grantsLeft = [...(await realm.of(grants).getMany(made.map(({ id }) => id))).values()];
    expect(grantsLeft.filter(({ revokedAt }) => revokedAt === undefined)).toEqual([]);
  }
});

test('gives no grant for what it does not cover any more', async () => {
  await service.give(person('ed'), { userId: 'ed', client: shop }, agreed('openid'));
  const seen = await service.get('ed', shop);
  const grant = grantOf('ed');
  expect(seen && (await service.use(shop, seen, agreed('email'), draftOf(grant)))).toBe(false);
  expect(await realm.of(grants).get(grant.id)).toBeUndefined();
});

test('is no other client’s that gets the id of the one it was given to', async () => {
  const heir = { id: 'shop', createdAt: 2 };
  await service.give(person('fay'), { userId: 'fay', client: shop }, agreed('openid', 'email'));
  const seen = await service.get('fay', shop);
  expect(await service.get('fay', heir)).toBeUndefined();

  await service.give(person('fay'), { userId: 'fay', client: heir }, agreed('openid'));
  expect(await service.get('fay', heir)).toMatchObject({ scopes: ['openid'] });
  // Read before the other client's was given.
  const grant = grantOf('fay');
  expect(seen && (await service.use(shop, seen, agreed('openid'), draftOf(grant)))).toBe(false);
  expect(await realm.of(grants).get(grant.id)).toBeUndefined();
});

test('from before it was kept when the client was made, it holds unless the client was made later', async () => {
  await service.give(person('gil'), { userId: 'gil', client: shop }, agreed('openid'));
  const old = await realm.of(consents).change('gil:shop', ({ version: _, clientMade: _made, ...before }) => before);
  if (!old.ok) throw new Error('It was given.');
  const { givenAt } = old.value;
  expect(await service.get('gil', { id: 'shop', createdAt: givenAt })).toMatchObject({ scopes: ['openid'] });
  expect(await service.get('gil', { id: 'shop', createdAt: givenAt + 1 })).toBeUndefined();
});
