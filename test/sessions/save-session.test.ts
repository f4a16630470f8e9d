import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/hash-of.js';
import { endSession } from '../../src/sessions/end-session.js';
import { logouts } from '../../src/sessions/logout/logout.js';
import { saveSession } from '../../src/sessions/save-session.js';
import { type Session, sessions } from '../../src/sessions/session.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  opened = await temporaryStore([logouts, sessions]);
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
