import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { days, minutes } from '../../src/base/clock.js';
import { newId } from '../../src/base/crypto/ids.js';
import { background, type ReportJobError } from '../../src/jobs/background.js';
import { housekeeping } from '../../src/jobs/housekeeping.js';
import { type Job, jobRuns } from '../../src/jobs/job.js';
import type { InstallationStore, Store } from '../../src/storage/store.js';
import { insert } from '../../src/storage/write.js';
import { engines, times, type OpenedEngine } from '../storage/engines.js';
import { allSpecs, parts, tallies } from '../storage/things.js';
import { passes } from '../support/passes.js';

const ignored: ReportJobError = () => undefined;

describe.each(engines)('background work on the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let stores: readonly [Store, Store];
  beforeAll(async () => {
    opened = await open([...allSpecs, jobRuns]);
    stores = [opened.store, await opened.another()];
  });
  afterAll(() => opened.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const job = (run: Job['run'] = async () => undefined): Job => ({ name: newId(), every: minutes(5), run });

  test('is done by one of two processes, and again when it is due again', async () => {
    const runs = jest.fn(async () => undefined);
    const onlyJob = job(runs);
    const processes = stores.map(({ installation }) => background(installation, [onlyJob]));
    const runAll = async () => (await Promise.all(processes.map((each) => each.runDue(ignored)))).flat();
    expect(await runAll()).toEqual([onlyJob.name]);
    expect(await runAll()).toEqual([]);
    passes(minutes(5));
    expect(await runAll()).toEqual([onlyJob.name]);
    expect(runs).toHaveBeenCalledTimes(2);
  });

  test('is not done again by a process that found it due just before another one did it', async () => {
    const runs = jest.fn(async () => undefined);
    const onlyJob = job(runs);
    const { installation } = stores[1];
    const collection = installation.of(jobRuns);
    let overtaken = false;
    const late = {
      ...installation,
      of: (spec: unknown) =>
        spec !== jobRuns
          ? installation.of(spec as typeof jobRuns)
          : {
              ...collection,
              async get(id: string) {
                const found = await collection.get(id);
                if (!overtaken) {
                  overtaken = true;
                  expect(await background(stores[0].installation, [onlyJob]).runDue(ignored)).toEqual([onlyJob.name]);
                }
                return found;
              },
            },
    } as InstallationStore;
    expect(await background(late, [onlyJob]).runDue(ignored)).toEqual([]);
    expect(runs).toHaveBeenCalledTimes(1);
  });

  test('that fails is reported, is due again at once, and keeps no other from being done', async () => {
    const failure = new Error('no');
    let fails = true;
    const failing = job(async () => {
      if (fails) throw failure;
    });
    const other = job();
    const report = jest.fn();
    const own = background(stores[0].installation, [failing, other]);
    expect(await own.runDue(report)).toEqual([other.name]);
    expect(report.mock.calls).toEqual([[failure, failing.name]]);
    fails = false;
    expect(await own.runDue(report)).toEqual([failing.name]);
  });

  test('that was overtaken is not done, and what it went on to write is not there', async () => {
    const realm = newId();
    const report = jest.fn();
    const slow = job(async (held) => {
      passes(minutes(1));
      await held.commit(stores[0].in(realm), [insert(parts, { id: 'late', thing: 'x' })]);
    });
    expect(await background(stores[0].installation, [slow]).runDue(report)).toEqual([]);
    expect(report).toHaveBeenCalledWith(expect.objectContaining({ code: 'lease-lost' }), slow.name);
    expect(await stores[0].in(realm).of(parts).get('late')).toBeUndefined();
  });

  test('sweeps what has expired, however much it is, and nothing else', async () => {
    const counts = stores[0].in(newId()).of(tallies);
    const expiresAt = Date.now() + minutes(1);
    await Promise.all(times(1200, (i) => counts.insert({ id: `t${i}`, n: i, expiresAt })));
    await counts.insert({ id: 'stays', n: 1 });
    passes(minutes(10));
    expect(await background(stores[0].installation, housekeeping(stores[0])).runDue(ignored)).toContain('sweep');
    // By the real clock, expired documents would still be found.
    jest.restoreAllMocks();
    expect((await counts.find('all', {}, { limit: 1000 })).rows.map(({ id }) => id)).toEqual(['stays']);
  });

  test('is due though a clock that went wrong said that it was done in a year', async () => {
    const onlyJob = job();
    await stores[0].installation.of(jobRuns).insert({ id: onlyJob.name, doneAt: Date.now() + days(365) });
    expect(await background(stores[0].installation, [onlyJob]).runDue(ignored)).toEqual([onlyJob.name]);
  });

  test('is told when it is stopped, waited for, and done again by the next process', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    const long = job(async (_held, signal) => {
      begin(undefined);
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      await ended;
    });
    const report = jest.fn();
    const own = background(stores[0].installation, [long, job()]);
    jest.useFakeTimers({
      doNotFake: ['Date', 'setImmediate', 'queueMicrotask', 'nextTick', 'setInterval', 'clearInterval'],
    });
    own.start(report);
    jest.advanceTimersByTime(minutes(2));
    jest.useRealTimers();
    await begun;
    let stopped = false;
    const stopping = own.stop().then(() => (stopped = true));
    await stores[0].ping();
    expect(stopped).toBe(false);
    end(undefined);
    await stopping;
    expect(report).not.toHaveBeenCalled();
    expect(await background(stores[1].installation, [{ ...long, run: async () => undefined }]).runDue(ignored)).toEqual(
      [long.name],
    );
  });
});
