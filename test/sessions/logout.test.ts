import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { hours, minutes, now, seconds } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { newId } from '../../src/base/crypto/ids.js';
import { SPECS } from '../../src/app/modules.js';
import { sealsNothing, trailOf } from '../support/audit.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { background } from '../../src/jobs/background.js';
import { jobRuns } from '../../src/jobs/job.js';
import { outboxJob } from '../../src/jobs/outbox/outbox-job.js';
import { endSession } from '../../src/sessions/end-session.js';
import { logoutDeliveries, type LogoutDelivery } from '../../src/sessions/logout/logout-delivery.js';
import {
  type LogoutOutcome,
  logoutOutbox,
  type LogoutSender,
  type Posted,
} from '../../src/sessions/logout/logout-outbox.js';
import { logouts } from '../../src/sessions/logout/logout.js';
import { userLogout } from '../../src/sessions/logout/user-logout.js';
import { saveSession } from '../../src/sessions/save-session.js';
import { type Session, type SessionClient, sessions } from '../../src/sessions/session.js';
import { openStore } from '../../src/storage/open-store.js';
import { spec } from '../../src/storage/spec.js';
import type { Realm } from '../../src/storage/store.js';
import { databases, engines, type OpenedEngine } from '../storage/engines.js';
import { passes } from '../support/passes.js';
import { temporaryBox } from '../support/store.js';

describe.each(engines)('an ended session, on the %s store,', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  beforeAll(async () => {
    opened = await open([auditRecords, jobRuns, logoutDeliveries, logouts, personKeys, sessions]);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    realm = opened.store.in(newId());
    reported = [];
    outcomes = [];
    down = {};
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** The notifications of each application, as `client sid`. */
  let reported: string[];
  let outcomes: LogoutOutcome[];
  /** How an application that does not take it answers. */
  let down: Record<string, () => Promise<Posted>>;

  const sender: LogoutSender = {
    addressOf: async (clientId) => (clientId.startsWith('deaf') ? undefined : `https://${clientId}.test/logout`),
    sign: async ({ clientId, userId, id }) => `${clientId} ${userId} ${id}`,
    async post(url, form) {
      const client = new URL(url).hostname.replace('.test', '');
      const refused = await down[client]?.();
      if (refused) return refused;
      reported.push(form.get('logout_token') ?? '');
      return { kind: 'answered', status: 200 };
    },
    report: (outcome) => outcomes.push(outcome),
  };
  const run = async (): Promise<void> => {
    const failures: unknown[] = [];
    await background(opened.store.installation, [
      { ...outboxJob(realm, logoutOutbox(realm, trailOf(realm), sender)), name: realm.id, every: 0 },
    ]).runDue((error) => failures.push(error));
    expect(failures).toEqual([]);
  };
  const left = async () => ({
    entries: await realm.of(logouts).count('all', {}, 1000),
    deliveries: await realm.of(logoutDeliveries).count('all', {}, 1000),
  });
  const signedInTo = (...clientIds: string[]): SessionClient[] =>
    clientIds.map((clientId) => ({ clientId, sid: `${clientId}-${newId()}`, offline: false }));
  async function session(clients: SessionClient[], more: Partial<Session> = {}): Promise<Session> {
    const made: Session = {
      id: newId(),
      cookie: hashOf(newId()),
      userId: 'u',
      startedAt: now(),
      signOutEpoch: 0,
      proofs: [],
      clients,
      payload: '{}',
      expiresAt: now() + hours(8),
      ...more,
    };
    await realm.of(sessions).insert(made);
    return made;
  }
  const sayings = (clients: readonly SessionClient[], userId = 'u'): string[] =>
    clients.map(({ clientId, sid }) => `${clientId} ${userId} ${sid}`).sort();
  /** Commits what goes with a change to a user. */
  const userChanged = (before: object, after: object) =>
    realm.commit(
      userLogout(
        { kind: 'host', id: 'test', requestId: 'test' },
        {
          kind: 'user.changed',
          realm: realm.id,
          subject: { kind: 'user', id: 'u' },
          before: { ...before },
          after: { ...after },
        },
        now(),
        sealsNothing,
      ),
    );

  test('is told to every application that wants to hear of it, and nothing is left to do', async () => {
    const clients = signedInTo('a', 'b', 'deaf');
    const { id } = await session(clients);
    await endSession(realm, id, now());
    await run();
    expect(reported.sort()).toEqual(sayings(clients.slice(0, 2)));
    expect(await left()).toEqual({ entries: 0, deliveries: 0 });
  });

  test('is told once, however often and by how many it is ended', async () => {
    const clients = signedInTo('a');
    const { id } = await session(clients);
    await Promise.all(Array.from({ length: 10 }, () => endSession(realm, id, now())));
    await endSession(realm, id, now());
    await run();
    expect(reported).toEqual(sayings(clients));
  });

  test('is told to the one application that it left, where it goes on without it', async () => {
    const [a, b] = signedInTo('a', 'b') as [SessionClient, SessionClient];
    const { id } = await session([a, b]);
    const read = await realm.of(sessions).get(id);
    if (!read) throw new Error('It is gone.');
    const { version: _, ...base } = read;
    await realm.of(sessions).replace({ ...base, payload: '{"another":"tab"}' }, read.version);
    await saveSession(realm, read, { ...base, clients: [b] });
    await run();
    expect(reported).toEqual(sayings([a]));
    expect(await realm.of(sessions).get(id)).toMatchObject({ clients: [b], payload: '{"another":"tab"}' });
  });

  test('that nobody had signed in to, or that led nowhere, is told to nobody', async () => {
    const { userId: _, ...anonymous } = await session([]);
    await endSession(realm, anonymous.id, now());
    await endSession(realm, 'unknown', now());
    expect(await left()).toEqual({ entries: 0, deliveries: 0 });
  });

  describe('with all others of its person,', () => {
    test('is told to all applications of all of them, and of nobody else', async () => {
      const clients = Array.from({ length: 45 }, () => signedInTo('a', 'b'));
      for (const each of clients) await session(each);
      await session(signedInTo('a'), { userId: 'somebody else' });
      await userChanged({}, { signedOutAt: now() });
      await run();
      expect(reported.sort()).toEqual(sayings(clients.flat()));
      expect(await left()).toEqual({ entries: 0, deliveries: 0 });
    });

    test('is not told again when they are ended again, nor when it had ended by itself; one that began later goes on', async () => {
      const [first, second, third] = [signedInTo('a'), signedInTo('a'), signedInTo('a')];
      const at = now();
      // The clock that started this session is ahead of the clock that ends it.
      await session(first, { startedAt: at + minutes(5) });
      const { id } = await session(second);
      await session(third, { signOutEpoch: at + 1, startedAt: at - minutes(5) });
      await endSession(realm, id, at);
      await userChanged({}, { signedOutAt: at + 1 });
      await run();
      expect(reported.sort()).toEqual(sayings([...first, ...second]));
      await userChanged({ signedOutAt: at + 1 }, { signedOutAt: at + 3 });
      await run();
      expect(reported.slice(2)).toEqual(sayings(third));
    });

    test.each([
      ['another change', { signedOutAt: 5 }, { signedOutAt: 5 }],
      ['nothing of it', {}, {}],
    ])('%s of the user ends nothing', async (_what, before, after) => {
      await userChanged(before, after);
      expect(await left()).toEqual({ entries: 0, deliveries: 0 });
    });
  });

  describe('whose application does not take it,', () => {
    const refuses = (status: number) => async (): Promise<Posted> => ({ kind: 'answered', status });

    test.each([
      ['answers with an error', refuses(500), 'it answered 500'],
      ['leads elsewhere', refuses(302), 'it answered 302'],
      ['is not reached', async () => ({ kind: 'unreached', why: 'connection refused' }) as const, 'connection refused'],
    ])('is told later, when it %s', async (_what, refuse, failure) => {
      const clients = signedInTo('a');
      const { id } = await session(clients);
      await endSession(realm, id, now());
      down['a'] = refuse;
      await run();
      expect(outcomes).toEqual([{ kind: 'failed', clientId: 'a', attempts: 1, failure, givenUp: false }]);
      down = {};
      await run();
      expect(reported).toEqual([]);
      passes(seconds(5));
      await run();
      expect(reported).toEqual(sayings(clients));
      expect(outcomes.at(-1)).toEqual({ kind: 'delivered', clientId: 'a', attempts: 2 });
    });

    test('keeps no other application waiting, and is asked once for all that waits for it', async () => {
      const { promise: released, resolve: release } = Promise.withResolvers<Posted>();
      const dead: string[] = [];
      down['a'] = async () => {
        dead.push('asked');
        return released;
      };
      const clients = Array.from({ length: 60 }, () => signedInTo('a', 'b'));
      for (const each of clients) await endSession(realm, (await session(each)).id, now());
      const running = run();
      const others = sayings(clients.flat().filter(({ clientId }) => clientId === 'b'));
      while (reported.length < others.length) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(reported.sort()).toEqual(others);
      release({ kind: 'unreached', why: 'too late' });
      await running;
      // The ones that were behind it meanwhile were put off without a try, some of them after it was over.
      expect(dead.length).toBeLessThanOrEqual(3);
      down = {};
      for (let passed = 0; passed < 5; passed++) {
        passes(minutes(1));
        await run();
      }
      expect(reported.sort()).toEqual(sayings(clients.flat()));
    });

    test('is given up in the end, and stays to be seen for a while', async () => {
      down['a'] = refuses(503);
      const { id } = await session(signedInTo('a'));
      await endSession(realm, id, now());
      for (let waits = 0; waits < 30; waits++) {
        await run();
        passes(hours(2));
      }
      const attempts = outcomes.filter(({ kind }) => kind === 'failed').length;
      expect(attempts).toBeGreaterThan(5);
      expect(attempts).toBeLessThanOrEqual(20);
      expect(outcomes.at(-1)).toMatchObject({ givenUp: true, failure: 'it answered 503' });
      const { rows } = await realm.of(logoutDeliveries).find('all', {}, { limit: 10 });
      expect(rows).toMatchObject([{ clientId: 'a', failure: 'it answered 503', attempts }]);
      expect(rows[0]).not.toHaveProperty('dueAt');
      const audited = { kind: 'back-channel-logout', subjectId: 'u', clientId: 'a', outcome: 'failure' };
      expect((await realm.of(auditRecords).find('byTime', {}, { limit: 10 })).rows).toMatchObject([
        { ...audited, why: 'logout-not-delivered', details: { attempts, failure: 'it answered 503' } },
      ]);
      passes(hours(24 * 8));
      expect(await left()).toEqual({ entries: 0, deliveries: 0 });
    });
  });

  test('that was taken up by a process that died is told by the next one', async () => {
    const clients = signedInTo('a');
    await endSession(realm, (await session(clients)).id, now());
    const dying = new AbortController();
    const { promise: never, resolve: end } = Promise.withResolvers<Posted>();
    const dyingSender: LogoutSender = {
      ...sender,
      post: () => {
        dying.abort();
        return never;
      },
    };
    const job = outboxJob(realm, logoutOutbox(realm, trailOf(realm), dyingSender));
    const process = background(opened.store.installation, [{ ...job, name: newId() }]);
    const dead = process.runDue(() => undefined);
    while (!dying.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
    // A dead process looks for nothing more: else it would claim its own delivery again.
    await process.stop();
    await run();
    expect(reported).toEqual([]);
    passes(minutes(2));
    await run();
    expect(reported).toEqual(sayings(clients));
    // Its late writes, if it was only slow, change nothing.
    end({ kind: 'unreached', why: 'dead' });
    await dead;
    expect(await left()).toEqual({ entries: 0, deliveries: 0 });
  });
});

describe.each(databases)('a delivery that an earlier version stored, on %s,', (_name, make) => {
  /** The documents as they were before the outbox was generic. */
  const storedBefore = spec<LogoutDelivery>()({
    name: 'logoutDeliveries',
    scope: 'realm',
    version: 1,
    indexed: { dueAt: 'number', endedAt: 'number' },
    unique: {},
    queries: { due: { order: 'dueAt' }, all: { order: 'endedAt' } },
  });

  test('is sent by this one, and counts on from its attempts', async () => {
    const database = await make();
    const box = temporaryBox();
    const at = now();
    const common = { userId: 'u', endedAt: at - minutes(1), dueAt: at - 1, expiresAt: at + hours(192) };
    const before = await openStore({ specs: [storedBefore], box, engine: await database.engine() });
    await before
      .in('default')
      .of(storedBefore)
      .insert({ id: 'sid-a', clientId: 'a', attempts: 0, ...common });
    const failed = { id: 'sid-b', clientId: 'b', attempts: 3, failure: 'it answered 500', ...common };
    await before.in('default').of(storedBefore).insert(failed);
    await before.close();

    const store = await openStore({ specs: SPECS, box, engine: await database.engine() });
    const realm = store.in('default');
    const posted: string[] = [];
    const sender: LogoutSender = {
      addressOf: async (clientId) => `https://${clientId}.test/logout`,
      sign: async ({ clientId, userId, id }) => `${clientId} ${userId} ${id}`,
      async post(_url, form) {
        const token = form.get('logout_token') ?? '';
        posted.push(token);
        return { kind: 'answered', status: token.startsWith('a') ? 200 : 500 };
      },
      report: () => undefined,
    };
    await background(store.installation, [outboxJob(realm, logoutOutbox(realm, trailOf(realm), sender))]).runDue(
      (error) => {
        throw error;
      },
    );
    expect(posted.sort()).toEqual(['a u sid-a', 'b u sid-b']);
    const { rows } = await realm.of(logoutDeliveries).find('all', {}, { limit: 10 });
    expect(rows).toMatchObject([{ id: 'sid-b', attempts: 4, failure: 'it answered 500' }]);
    expect((rows[0]?.dueAt ?? 0) - at).toBeGreaterThanOrEqual(seconds(5 * 27));
    await store.close();
    await database.drop();
  });
});
