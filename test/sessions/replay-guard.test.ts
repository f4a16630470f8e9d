import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { minutes, now } from '../../src/base/clock.js';
import { useOnce, usedOnce } from '../../src/sessions/tokens/replay-guard.js';
import type { Realm } from '../../src/storage/store.js';
import { type OpenedEngine, engines } from '../storage/engines.js';
import { passes } from '../support/passes.js';

describe.each(engines)('an assertion or a proof of possession, on the %s store,', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  beforeAll(async () => {
    opened = await open([usedOnce]);
    realm = opened.store.in('default');
  });
  afterAll(() => opened.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('is taken once, of however many who come with it at once', async () => {
    const uses = Array.from({ length: 20 }, () => useOnce(realm, ['client', 'one'], now() + minutes(5)));
    expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
  });

  test('that a server took whose clock is behind is refused by the others, for as long as they would believe it', async () => {
    passes(-minutes(10));
    expect(await useOnce(realm, ['client', 'two'], now() + minutes(5))).toBe(true);
    jest.restoreAllMocks();
    expect(await useOnce(realm, ['client', 'two'], now() + minutes(5))).toBe(false);
    passes(minutes(4));
    expect(await useOnce(realm, ['client', 'two'], now() + minutes(1))).toBe(false);
  });
});
