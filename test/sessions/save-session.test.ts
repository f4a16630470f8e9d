import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { endSession } from '../../src/sessions/end-session.js';
import { logouts } from '../../src/sessions/logout/logout.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { saveSession } from '../../src/sessions/save-session.js';
import { type Session, sessions } from '../../src/sessions/session.js';
import { survivingSession } from '../../src/sessions/keep-session.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  opened = await temporaryStore([grants, logouts, sessions]);
  realm = opened.store.in('default');
});
afterEach(() => opened.close());

const fresh = (): Session => ({
  id: 'uid',
  cookie: hashOf('cookie'),
  userId: 'u',
  startedAt: now(),
  signOutEpoch: 0,
  proofs: [],
  clients: [],
  payload: '{}',
  expiresAt: now() + 60_000,
});

describe('a session', () => {
  test('keeps the address that somebody signed in from, where no reader of the store finds it', async () => {
    await saveSession(realm, undefined, { ...fresh(), address: '192.0.2.77' });
    expect(await realm.of(sessions).get('uid')).toMatchObject({ address: '192.0.2.77' });
    const stored = await Promise.all(
      [opened.path, `${opened.path}-wal`].map((path) => readFile(path, 'latin1').catch(() => '')),
    );
    const holds = (text: string): boolean => stored.join('').includes(text);
    expect([holds('sha256:'), holds('192.0.2.77')]).toEqual([true, false]);
  });

  test('that has ended is not brought back by a request that read it before', async () => {
    await saveSession(realm, undefined, fresh());
    const read = await realm.of(sessions).get('uid');
    await endSession(realm, 'uid', now());

    expect(await saveSession(realm, read, { ...fresh(), clients: [{ clientId: 'a', sid: 's', offline: false }] })).toBe(
      undefined,
    );
    expect(await realm.of(sessions).get('uid')).toMatchObject({ endedAt: expect.any(Number), clients: [] });
  });

  test('that 20 requests save at once has the clients of all of them', async () => {
    await saveSession(realm, undefined, fresh());
    const read = await realm.of(sessions).get('uid');
    const names = Array.from({ length: 20 }, (_, at) => `client-${at}`);
    await Promise.all(
      names.map((clientId) =>
        saveSession(realm, read, { ...fresh(), clients: [{ clientId, sid: clientId, offline: false }] }),
      ),
    );
    const saved = await realm.of(sessions).get('uid');
    expect(saved?.clients.map(({ clientId }) => clientId).sort()).toEqual(names.sort());
  });
});

describe('a session that is to outlive a sign-out', () => {
  const client = { clientId: 'a', sid: 's', grantId: 'g', offline: true };
  const stored = async (more: Partial<Session> = {}): Promise<void> => {
    await saveSession(realm, undefined, { ...fresh(), clients: [client], ...more });
    const grant = { id: 'g', userId: 'u', clientId: 'a', startedAt: now(), signOutEpoch: 0, payload: '{}' };
    await realm.of(grants).insert({ ...grant, expiresAt: now() + 60_000 });
  };
  const survive = async (before: number, after: number, userId = 'u'): Promise<number> => {
    const writes = await survivingSession(realm, { uid: 'uid', userId })(
      { signedOutAt: before },
      { signedOutAt: after },
    );
    if (writes.length > 0) expect((await realm.commit(writes)).ok).toBe(true);
    return writes.length;
  };

  test('has the epoch after it, and so has what was granted in it; its limits count on', async () => {
    const { startedAt } = fresh();
    await stored({ startedAt });
    expect(await survive(0, 500)).toBe(2);
    expect(await realm.of(sessions).get('uid')).toMatchObject({ signOutEpoch: 500, signedInAt: startedAt });
    expect(await realm.of(grants).get('g')).toMatchObject({ signOutEpoch: 500 });
  });

  test('is its own user’s: another’s does not outlive it, nor does another’s grant', async () => {
    await stored();
    expect(await survive(0, 500, 'other')).toBe(0);
    const moved = await realm.of(grants).change('g', ({ version: _, ...grant }) => ({ ...grant, userId: 'other' }));
    expect(moved.ok).toBe(true);
    expect(await survive(0, 500)).toBe(1);
    expect(await realm.of(grants).get('g')).toMatchObject({ signOutEpoch: 0 });
  });

  test('does not come back where it was ended before, by a sign-out or by itself', async () => {
    await stored();
    expect(await survive(300, 500)).toBe(0);
    await endSession(realm, 'uid', now());
    expect(await survive(0, 500)).toBe(0);
  });
});
