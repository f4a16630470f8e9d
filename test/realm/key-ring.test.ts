import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { importJWK, jwtVerify, SignJWT } from 'jose';
import { newSecret } from '../../src/base/ids.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { keyRings } from '../../src/realm/key-ring.js';
import { KeyRingService } from '../../src/realm/key-ring-service.js';
import { makeSigningKey } from '../../src/realm/signing.js';
import { changingStore, host, processOn } from '../changes/one-process.js';
import type { TemporaryStore } from '../support/store.js';

let kept: TemporaryStore;
beforeAll(async () => {
  kept = await changingStore([keyRings]);
});
afterAll(() => kept.close());

let ring: KeyRingService;
beforeEach(() => {
  ring = new KeyRingService(processOn(kept.store));
});

describe('the keys of a realm', () => {
  test('are made once, whoever else makes them at the same time', async () => {
    const rings = Array.from({ length: 20 }, () => new KeyRingService(processOn(kept.store)));
    expect(await ring.load('pepper')).toBeUndefined();
    const got = await Promise.all(rings.map((one) => one.makeOnce(host, 'pepper', newSecret)));
    expect(new Set(got).size).toBe(1);
    expect(await Promise.all(rings.map((one) => one.load('pepper')))).toEqual(got);
    expect(await ring.makeOnce(host, 'pepper', newSecret)).toBe(got[0]);
    const { rows } = await kept.store.in('default').of(auditRecords).find('byTime', {}, { limit: 100 });
    expect(rows.filter(({ kind }) => kind === 'key-ring.created')).toHaveLength(1);
  });

  test('are of their use and realm alone', async () => {
    const csrf = await ring.makeOnce(host, 'csrf', newSecret);
    const cookies = await ring.makeOnce(host, 'cookies', () => [newSecret(), newSecret()]);
    expect([await ring.load('csrf'), await ring.load('cookies')]).toEqual([csrf, cookies]);
    const other = new KeyRingService({ ...processOn(kept.store), realm: kept.store.in('other') });
    expect(await other.load('csrf')).toBeUndefined();
  });

  test('are nowhere in the store as they are', async () => {
    const csrf = await ring.makeOnce(host, 'csrf', newSecret);
    const [key] = await ring.makeOnce(host, 'signing', async () => [await makeSigningKey()]);
    const written = Buffer.concat(
      await Promise.all([kept.path, `${kept.path}-wal`].map((file) => readFile(file).catch(() => Buffer.alloc(0)))),
    );
    expect(written.includes('key-ring.created')).toBe(true);
    for (const secret of [csrf, key?.d ?? '']) expect(written.includes(secret)).toBe(false);
  });

  test('are refused where they are not what their use needs', async () => {
    const wrong = new KeyRingService({ ...processOn(kept.store), realm: kept.store.in('default') });
    await kept.store.in('wrong').of(keyRings).insert({ id: 'k', use: 'cookies', keys: '[]', madeAt: 1 });
    const there = new KeyRingService({ ...processOn(kept.store), realm: kept.store.in('wrong') });
    await expect(there.load('cookies')).rejects.toThrow();
    expect(await wrong.load('cookies')).not.toEqual([]);
  });
});

test('a signing key signs what its public part verifies, and is named by its thumbprint', async () => {
  const key = await makeSigningKey();
  const { d: _, ...shown } = key;
  const token = await new SignJWT({ sub: 'ada' })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid })
    .sign(await importJWK(key));
  expect((await jwtVerify(token, await importJWK(shown))).payload.sub).toBe('ada');
  expect((await makeSigningKey()).kid).not.toBe(key.kid);
});
