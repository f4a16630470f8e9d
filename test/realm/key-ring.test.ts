import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { importJWK, jwtVerify, SignJWT } from 'jose';
import { hours } from '../../src/base/clock.js';
import { newSecret } from '../../src/base/crypto/ids.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { KEY_USES, keyRings, keysOf, type KeyUse } from '../../src/realm/keys/key-ring.js';
import { KeyRingService } from '../../src/realm/keys/key-ring-service.js';
import { makeKey, type RingKey } from '../../src/realm/keys/ring-key.js';
import { broughtUp } from '../../src/storage/migration/migrate-document.js';
import { changingStore, host, processOn } from '../changes/one-process.js';
import { passes } from '../support/passes.js';
import type { TemporaryStore } from '../support/store.js';

let temporary: TemporaryStore;
beforeAll(async () => {
  temporary = await changingStore([keyRings]);
});
afterAll(() => temporary.close());
afterEach(() => {
  jest.restoreAllMocks();
});

let here: Awaited<ReturnType<typeof opened>>;
beforeEach(async () => {
  here = await opened();
});

async function opened() {
  const process = processOn(temporary.store);
  const ring = new KeyRingService(process);
  await ring.open(host);
  return { ring, readMarkers: () => process.caches.readMarkers() };
}

/** Puts a new key of each algorithm before those of a use. */
const renew = (ring: KeyRingService, use: KeyUse, inMs: number): Promise<void> =>
  ring.change(host, use, async (keys) => ({
    happened: 'rotated',
    keys: [
      ...keys,
      ...(await Promise.all(keys.map(({ algorithm }) => makeKey(algorithm, Date.now(), Date.now() + inMs)))),
    ],
  }));

describe('the keys of a realm', () => {
  test('are made once, whoever else makes them at the same time: one for ES256, one for RSA and one for EdDSA', async () => {
    const fresh = await changingStore([keyRings]);
    const all = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const ring = new KeyRingService(processOn(fresh.store));
        await ring.open(host);
        return ring.current();
      }),
    );
    expect(new Set(all.map((keys) => JSON.stringify(keys))).size).toBe(1);
    expect(all[0]?.signing.map(({ kty }) => kty)).toEqual(['EC', 'RSA', 'OKP']);
    const { rows } = await fresh.store.in('default').of(auditRecords).find('byTime', {}, { limit: 100 });
    expect(rows.filter(({ kind }) => kind === 'key-ring.created')).toHaveLength(KEY_USES.length);
    await fresh.close();
  });

  test('are of their realm alone', async () => {
    const other = new KeyRingService({ ...processOn(temporary.store), realm: temporary.store.in('other') });
    expect((await other.rings()).csrf).toEqual([]);
  });

  test('are nowhere in the store as they are', async () => {
    const { csrf, signing } = here.ring.current();
    const written = Buffer.concat(
      await Promise.all(
        [temporary.path, `${temporary.path}-wal`].map((file) => readFile(file).catch(() => Buffer.alloc(0))),
      ),
    );
    expect(written.includes('key-ring.created')).toBe(true);
    for (const secret of [...csrf, ...signing.map(({ d }) => d)]) expect(written.includes(secret)).toBe(false);
  });

  test('are the same object for as long as nothing is different', async () => {
    const before = here.ring.current();
    passes(hours(1));
    expect(here.ring.current()).toBe(before);
    await here.ring.change(host, 'csrf', () => undefined);
    expect(here.ring.current()).toBe(before);
  });

  test('come into use at their time, in every process, which publishes them before', async () => {
    const second = await opened();
    const [before] = here.ring.current().cookies;
    await renew(here.ring, 'cookies', hours(1));
    expect(here.ring.current().cookies).toHaveLength(2);
    expect(here.ring.current().cookies[0]).toBe(before);

    await second.readMarkers();
    // Callers do not wait; changes are read meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(second.ring.current()).toEqual(here.ring.current());

    passes(hours(1));
    const after = second.ring.current().cookies;
    expect(after[0]).not.toBe(before);
    expect(after).toContain(before);
    expect(here.ring.current()).toEqual(second.ring.current());
  });

  test('that two processes change at the same moment hold both changes', async () => {
    const second = await opened();
    const before = keyCount(await here.ring.rings(), 'csrf');
    await Promise.all([renew(here.ring, 'csrf', 0), second.ring.change(host, 'csrf', addOne)]);
    expect(keyCount(await here.ring.rings(), 'csrf')).toBeGreaterThanOrEqual(before + 2);
  });
});

const keyCount = (rings: Readonly<Record<KeyUse, readonly RingKey[]>>, use: KeyUse): number => rings[use].length;
const addOne = async (keys: readonly RingKey[]) => ({
  happened: 'rotated',
  keys: [...keys, await makeKey('HMAC', Date.now(), Date.now())],
});

describe('rings of the version before, which held bare keys,', () => {
  const secrets = [newSecret(), newSecret()];
  const brought = (keys: unknown) => {
    const document = { id: 'r', use: 'any', madeAt: 1000, keys: JSON.stringify(keys) };
    const once = broughtUp(keyRings, document, 1);
    // A migration may come to what it has been through already.
    expect(broughtUp(keyRings, once, 1)).toEqual(once);
    return keysOf({ keys: once['keys'] as string });
  };

  test('hold the same keys with a life, the one that signed before the others', async () => {
    const { jwk, kid } = await signing();
    expect(brought([jwk])).toEqual([{ algorithm: 'ES256', kid, jwk, publishedAt: 1000, signsFrom: 1000 }]);
    expect(brought(secrets[0])).toMatchObject([{ algorithm: 'HMAC', secret: secrets[0], signsFrom: 1000 }]);
    expect(brought(secrets)).toMatchObject([
      { secret: secrets[0], signsFrom: 1000 },
      { secret: secrets[1], signsFrom: 999 },
    ]);
  });

  test('get an RSA key and one for EdDSA at the next start, and keep what they had', async () => {
    const old = await changingStore([keyRings]);
    const { jwk, kid } = await signing();
    const rings = old.store.in('default').of(keyRings);
    const bare = broughtUp(keyRings, { id: 'r', use: 'signing', madeAt: 1000, keys: JSON.stringify([jwk]) }, 1);
    await rings.insert(bare as never);
    const ring = new KeyRingService(processOn(old.store));
    await ring.open(host);
    expect(ring.current().signing.map(({ kty }) => kty)).toEqual(expect.arrayContaining(['EC', 'RSA', 'OKP']));
    expect(ring.current().signing.map((key) => key.kid)).toContain(kid);
    await old.close();
  });
});

async function signing() {
  const key = await makeKey('ES256', 0, 0);
  if (key.algorithm !== 'ES256') throw new Error('Another key than was asked for.');
  return key;
}

test('a signing key signs what its public part verifies, and is named by its thumbprint', async () => {
  const { jwk, kid } = await signing();
  const { d: _, ...shown } = jwk;
  const token = await new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg: 'ES256', kid }).sign(await importJWK(jwk));
  expect((await jwtVerify(token, await importJWK(shown))).payload.sub).toBe('ada');
  expect((await signing()).kid).not.toBe(kid);
});
