import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { trailOf } from '../support/audit.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { hours, minutes, now, seconds } from '../../src/base/clock.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import { newId } from '../../src/base/crypto/ids.js';
import { background } from '../../src/jobs/background.js';
import { jobRuns } from '../../src/jobs/job.js';
import type { DeliveryOutcome, OutboxKind, SendOutcome } from '../../src/jobs/outbox/outbox.js';
import { outboxJob } from '../../src/jobs/outbox/outbox-job.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { insert } from '../../src/storage/write.js';
import { engines, type OpenedEngine, times } from '../storage/engines.js';
import { passes } from '../support/passes.js';
import { newReminder, type Reminder, reminderOutbox, reminders, type ReminderSender } from './reminder/reminder.js';

describe.each(engines)('the outbox, with a kind of a test, on the %s store,', (_name, open) => {
  let opened: OpenedEngine;
  let stores: readonly [Store, Store];
  let realm: Realm;
  beforeAll(async () => {
    opened = await open([auditRecords, jobRuns, personKeys, reminders]);
    stores = [opened.store, await opened.another()];
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    realm = opened.store.in(newId());
    sent = [];
    outcomes = [];
    answers = {};
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  let sent: string[];
  let outcomes: (DeliveryOutcome & { readonly id: string })[];
  /** The results of places that accept no reminders. */
  let answers: Record<string, () => SendOutcome | Promise<SendOutcome>>;

  const sender: ReminderSender = {
    async send({ id, place }) {
      const outcome = (await answers[place]?.()) ?? ({ kind: 'delivered' } as const);
      if (outcome.kind === 'delivered') sent.push(id);
      return outcome;
    },
    report: (outcome) => void outcomes.push(outcome),
  };
  /** Runs the job once; returns the errors that it reported. */
  async function run(
    {
      store = opened.store,
      kind = reminderOutbox(sender, trailOf(realm)),
    }: { store?: Store; kind?: OutboxKind<Reminder> } = {},
    name = realm.id,
  ): Promise<unknown[]> {
    const errors: unknown[] = [];
    const job = { ...outboxJob(store.in(realm.id), kind), name, every: 0 };
    await background(store.installation, [job]).runDue((error) => errors.push(error));
    return errors;
  }
  const add = async (...made: Reminder[]): Promise<void> => {
    for (const each of made) await realm.of(reminders).insert(each);
  };
  const left = async () => (await realm.of(reminders).find('all', {}, { limit: 500 })).rows;
  const audited = async () => (await realm.of(auditRecords).find('byTime', {}, { limit: 100 })).rows;
  const fails = (): SendOutcome => ({ kind: 'failed', failure: 'nobody there' });

  test('sends what a commit left there, and removes it', async () => {
    await realm.commit([insert(reminders, newReminder('r1', 'home')), insert(reminders, newReminder('r2', 'work'))]);
    expect(await run()).toEqual([]);
    expect(sent.sort()).toEqual(['r1', 'r2']);
    expect(await left()).toEqual([]);
    expect(outcomes).toContainEqual({ kind: 'delivered', attempts: 1, id: 'r1' });
  });

  test('sends the deliveries of one lane in their order', async () => {
    await add(...times(20, (i) => ({ ...newReminder(`r${i}`, 'home'), dueAt: now() - 100 + i })));
    await run();
    expect(sent).toEqual(times(20, (i) => `r${i}`));
  });

  test('removes without a report what has no receiver any more', async () => {
    answers['gone'] = () => ({ kind: 'unneeded' });
    await add(newReminder('r', 'gone'));
    await run();
    expect([await left(), outcomes]).toEqual([[], []]);
  });

  test('lets no lane wait for one that does not answer, and sends that one nothing more meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<SendOutcome>();
    let calls = 0;
    answers['slow'] = () => (calls++, promise);
    await add(...times(60, (i) => newReminder(`slow${i}`, 'slow')));
    await add(...times(60, (i) => newReminder(`quick${i}`, `quick${i % 3}`)));
    const running = run();
    while (sent.length < 60) await new Promise((later) => setTimeout(later, 5));
    expect(calls).toBe(1);
    resolve(fails());
    expect(await running).toEqual([]);
    // The ones behind it wait as long as the first, without an attempt.
    expect((await left()).filter(({ attempts }) => attempts > 0)).toHaveLength(1);
    answers = {};
    for (let passed = 0; passed < 4; passed++) {
      passes(minutes(1));
      await run();
    }
    expect(new Set(sent).size).toBe(120);
  });

  test('tries again after growing waits, and gives up after the last attempt with an audit record', async () => {
    answers['home'] = fails;
    await add(newReminder('r', 'home'));
    const waits: number[] = [];
    for (let attempts = 1; attempts <= 4; attempts++) {
      await run();
      const [reminder] = await left();
      expect(reminder).toMatchObject({ attempts, failure: 'nobody there' });
      if (reminder?.dueAt === undefined) break;
      waits.push(Math.round((reminder.dueAt - now()) / seconds(1)));
      expect(await audited()).toEqual([]);
      passes(reminder.dueAt - now());
    }
    expect(waits).toEqual([10, 30, 90]);
    expect(outcomes.map((each) => each.kind === 'failed' && each.givenUp)).toEqual([false, false, false, true]);
    const record = {
      kind: 'back-channel-logout',
      why: 'not-delivered',
      outcome: 'failure',
      actorKind: 'system',
      subjectId: 'r',
    };
    expect(await audited()).toMatchObject([{ ...record, details: { attempts: 4, failure: 'nobody there' } }]);
    passes(hours(1));
    await run();
    expect(outcomes).toHaveLength(4);
    passes(hours(48));
    expect(await left()).toEqual([]);
  });

  test('gives up at once where another attempt would fail as well, and when it would come too late', async () => {
    answers['closed'] = () => ({ kind: 'failed', failure: 'no such mailbox', isPermanent: true });
    answers['down'] = fails;
    await add(newReminder('r1', 'closed'), { ...newReminder('r2', 'down'), madeAt: now() - hours(1) });
    await run();
    expect(outcomes).toHaveLength(2);
    expect(outcomes).toContainEqual({
      kind: 'failed',
      id: 'r1',
      attempts: 1,
      failure: 'no such mailbox',
      givenUp: true,
    });
    expect(outcomes).toContainEqual({ kind: 'failed', id: 'r2', attempts: 1, failure: 'nobody there', givenUp: true });
    expect(await audited()).toHaveLength(2);
  });

  test('gives up and writes the audit record in one commit, or neither', async () => {
    answers['closed'] = () => ({ kind: 'failed', failure: 'no such mailbox', isPermanent: true });
    const reminder = { ...newReminder('held', 'nowhere'), dueAt: now() + hours(1) };
    await add(newReminder('r', 'closed'), reminder);
    const kind = {
      ...reminderOutbox(sender, trailOf(realm)),
      // Refused: the document exists.
      onGivenUp: async () => [insert(reminders, reminder)],
    };
    await run({ kind });
    expect((await left()).find(({ id }) => id === 'r')).toMatchObject({ attempts: 0, dueAt: expect.any(Number) });
    expect(outcomes.filter(({ id }) => id === 'r')).toEqual([]);
  });

  test('counts an attempt that throws, reports it, and sends everything else', async () => {
    const bug = new Error('a bug');
    answers['broken'] = () => {
      throw bug;
    };
    await add(newReminder('r1', 'broken'), newReminder('r2', 'home'));
    expect(await run()).toEqual([bug]);
    expect(sent).toEqual(['r2']);
    expect(await left()).toMatchObject([{ id: 'r1', attempts: 1, failure: 'internal error' }]);
    for (let tries = 0; tries < 3; tries++) {
      passes(minutes(5));
      await run();
    }
    expect(outcomes.at(-1)).toMatchObject({ id: 'r1', attempts: 4, givenUp: true });
  });

  test('counts no attempt while the store does not answer', async () => {
    answers['home'] = () => {
      throw new StoreUnavailable('it is away');
    };
    await add(newReminder('r', 'home'));
    expect(await run()).toMatchObject([{ code: 'store-unavailable' }]);
    expect(await left()).toMatchObject([{ attempts: 0 }]);
    answers = {};
    passes(minutes(2));
    await run();
    expect(sent).toEqual(['r']);
  });

  test('sends each once where two processes are at it, and again where one died before it was taken', async () => {
    await add(...times(30, (i) => newReminder(`r${i}`, `lane${i % 7}`)));
    await Promise.all(stores.map((store, i) => run({ store }, `${realm.id}-${i}`)));
    expect(sent.sort()).toEqual(times(30, (i) => `r${i}`).sort());

    await add(newReminder('last', 'home'));
    const { promise: never, resolve } = Promise.withResolvers<SendOutcome>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    const dying = reminderOutbox(
      {
        ...sender,
        send() {
          begin(undefined);
          return never;
        },
      },
      trailOf(realm),
    );
    const process = background(opened.store.installation, [
      { ...outboxJob(realm, dying), name: `${realm.id}-dead`, every: 0 },
    ]);
    const dead = process.runDue(() => undefined);
    await begun;
    // A dead process looks for nothing more: else it would claim its own delivery again.
    await process.stop();
    await run({ store: stores[1] });
    expect(sent).not.toContain('last');
    passes(minutes(2));
    await run({ store: stores[1] });
    expect(sent.filter((id) => id === 'last')).toHaveLength(1);
    // The slow one's late writes change nothing.
    resolve(fails());
    await dead;
    expect(await left()).toEqual([]);
  });

  test('makes deliveries of what a source has left, until there is no more', async () => {
    const entries = times(5, (i) => `r${i}`);
    const kind: OutboxKind<Reminder> = {
      ...reminderOutbox(sender, trailOf(realm)),
      source: {
        hasMore: async () => entries.length > 0,
        async expand(held) {
          const id = entries[0];
          if (id === undefined) return 0;
          await held.commit(realm, [insert(reminders, newReminder(id, 'home'))]);
          entries.shift();
          return 1;
        },
      },
    };
    const job = outboxJob(realm, kind);
    expect(await job.isNeeded?.(0)).toBe(true);
    await run({ kind });
    expect(sent).toHaveLength(5);
    expect(await job.isNeeded?.(0)).toBe(false);
  });

  test('asks the source once more when a delivery ends while it was asked', async () => {
    const waiting = ['r0', 'r1'];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    answers['home'] = async () => {
      await promise;
      return { kind: 'delivered' };
    };
    const kind: OutboxKind<Reminder> = {
      ...reminderOutbox(sender, trailOf(realm)),
      source: {
        hasMore: async () => true,
        async expand() {
          // One after another, as the deliveries of a stream.
          const next = (await left()).length === 0 ? waiting.shift() : undefined;
          if (next !== undefined) await add(newReminder(next, 'home'));
          else if (sent.length === 0) {
            resolve(undefined);
            while ((await left()).length > 0) await new Promise((later) => setTimeout(later, 5));
          }
          return next === undefined ? 0 : 1;
        },
      },
    };
    expect(await run({ kind })).toEqual([]);
    expect(sent).toEqual(['r0', 'r1']);
  });
});
