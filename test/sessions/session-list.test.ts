import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hours, minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import type { Cursor } from '../../src/base/paging.js';
import { caches } from '../../src/changes/caching/caches.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { personalKeys } from '../../src/changes/personal/personal-keys.js';
import { changeRecorder } from '../../src/changes/change-recorder.js';
import { SessionService } from '../../src/sessions/session-service.js';
import { type Session, sessions } from '../../src/sessions/session.js';
import { engines, type OpenedEngine } from '../storage/engines.js';

const AT = now();
const session = (id: string, more: Partial<Session>): Session => ({
  id,
  cookie: hashOf(id),
  userId: 'u',
  startedAt: AT,
  signOutEpoch: 0,
  proofs: [],
  clients: [],
  payload: '{}',
  expiresAt: AT + hours(8),
  ...more,
});

describe.each(engines)('the sessions of a person, on the %s store,', (_name, open) => {
  let opened: OpenedEngine;
  let service: SessionService;
  /** A clock that was ahead said so. */
  const signedOutAt = AT + minutes(5);
  const owner = { id: 'u', blocks: [], signedOutAt } as const;
  beforeAll(async () => {
    opened = await open([personKeys, sessions]);
    const realm = opened.store.in('tests');
    const cached = caches(opened.store.installation);
    const personal = personalKeys(realm);
    const recorder = changeRecorder({ realm, caches: cached, personal, guards: [], contributors: [] });
    service = new SessionService({ realm, recorder });
    const before = (startedAt: number) => ({ startedAt, signOutEpoch: startedAt - 1 });
    for (const each of [
      session('first', { signOutEpoch: signedOutAt }),
      session('second', { signOutEpoch: signedOutAt, startedAt: AT + 1 }),
      session('ended', { signOutEpoch: signedOutAt, startedAt: AT + 2, endedAt: AT + 3 }),
      session('signed out', { startedAt: AT + hours(1) }),
      session('of the version before', before(signedOutAt + 2)),
      session('of the version before, later', before(signedOutAt + 3)),
      session('of the version before, signed out', before(signedOutAt)),
      session('of another', { userId: 'another', signOutEpoch: signedOutAt }),
    ]) {
      expect((await realm.of(sessions).insert(each)).ok).toBe(true);
    }
  });
  afterAll(() => opened.close());

  const LIVE = ['second', 'first', 'of the version before, later', 'of the version before'];

  test.each([1, 2, 3, 100])(
    'are those of this epoch, newest first, and then those that the version before began: %d at a time',
    async (limit) => {
      const seen: string[] = [];
      let after: Cursor | undefined;
      do {
        const page = await service.list(owner, { limit, ...(after !== undefined && { after }) });
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        seen.push(...page.rows.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toEqual(LIVE);
      expect(await service.count(owner)).toBe(LIVE.length);
    },
  );

  test('are none while the person is disabled', async () => {
    expect(await service.list({ ...owner, blocks: [{ by: 'administrator', since: 0 }] }, { limit: 10 })).toEqual({
      rows: [],
    });
  });
});
