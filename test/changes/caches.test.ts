import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { roles } from '../../src/access/model/role.js';
import { minutes, seconds } from '../../src/base/clock.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import { timeOrderedId } from '../../src/base/crypto/ids.js';
import { type Cached, caches, STALE_AFTER } from '../../src/changes/caching/caches.js';
import { type ChangeMarker, changeMarkers, MARKER_LIFE } from '../../src/changes/caching/change-marker.js';
import { insert } from '../../src/storage/write.js';
import type { InstallationStore } from '../../src/storage/store.js';
import type { TemporaryStore } from '../support/store.js';
import { changingStore, host, processOn } from './one-process.js';

let opened: TemporaryStore;
beforeAll(async () => {
  opened = await changingStore([roles]);
});
afterAll(() => opened.close());

// Each test uses an hour of its own, so that none sees another's markers.
let clock = Date.now();
beforeEach(() => {
  clock += minutes(60);
  jest.spyOn(Date, 'now').mockImplementation(() => clock);
});
afterEach(() => {
  jest.restoreAllMocks();
});
const later = (by: number): void => void (clock += by);

/** Records its notifications. */
function listener(): Cached & { readonly heard: string[] } {
  const heard: string[] = [];
  return { heard, changed: (id) => void heard.push(id), reload: () => void heard.push('reload') };
}

const marker = (subject: string, more: Partial<ChangeMarker> = {}): ChangeMarker => {
  const at = more.at ?? clock;
  return { id: timeOrderedId(at), at, expiresAt: at + MARKER_LIFE, realm: 'default', kind: 'role', subject, ...more };
};
const written = async (...markers: ChangeMarker[]): Promise<void> => {
  for (const firstMarker of markers) await opened.store.installation.of(changeMarkers).insert(firstMarker);
};

/** A process that has read once, and so only hears of new changes. */
async function listening(installation: InstallationStore = opened.store.installation) {
  const own = caches(installation);
  const roleCache = listener();
  own.register('default', 'role', roleCache);
  await own.readMarkers();
  roleCache.heard.length = 0;
  return { own, heard: roleCache.heard };
}

describe('a process', () => {
  test("hears of another's change when it reads the markers, once", async () => {
    const { own, heard } = await listening();
    const other = processOn(opened.store);
    other.caches.register('default', 'role', listener());
    const role = { id: 'x', createdAt: 1, since: 1, name: 'x', policies: [] };
    const event = { kind: 'role.created', realm: 'default', subject: { kind: 'role', id: 'x' } };
    await other.recorder.record(host, event, [insert(roles, role)]);

    expect(heard).toEqual([]);
    await own.readMarkers();
    await own.readMarkers();
    expect(heard).toEqual(['x']);
  });

  test('counts the changes that its caches heard of, by realm, and the times that everything was reloaded', async () => {
    const { own } = await listening();
    const generations = () => ['default', 'other'].map((realm) => own.generation(realm));
    const [first = 0, other = 0] = generations();
    const one = marker('x');
    own.apply([one, one]);
    expect(generations()).toEqual([first + 1, other]);
    later(minutes(5));
    await own.readMarkers();
    const [after = 0, otherAfter = 0] = generations();
    expect([after > first + 1, otherAfter > other]).toEqual([true, true]);
  });

  test('does not hear of its own change again', async () => {
    const { own, heard } = await listening();
    const firstMarker = marker('x');
    own.apply([firstMarker]);
    await written(firstMarker);
    await own.readMarkers();
    expect(heard).toEqual(['x']);
  });

  test('hears of the kinds and realms that it caches, each for itself', async () => {
    const { own, heard } = await listening();
    const elsewhere = listener();
    own.register('other', 'role', elsewhere);
    await written(marker('x', { kind: 'group' }), marker('y', { realm: 'other' }), marker('z', { realm: 'unknown' }));
    await own.readMarkers();
    expect([heard, elsewhere.heard]).toEqual([[], ['y']]);
    expect([own.holds('other', 'role'), own.holds('other', 'group'), own.holds('unknown', 'role')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('hears of a change whose commit took long, or whose machine has a clock that is behind', async () => {
    const { own, heard } = await listening();
    later(seconds(4));
    await own.readMarkers();
    await written(marker('slow', { at: clock - seconds(50) }));
    await own.readMarkers();
    expect(heard).toEqual(['slow']);
    await written(marker('behind', { at: clock - minutes(10) }), marker('ahead', { at: clock + minutes(10) }));
    await own.readMarkers();
    expect(heard).toEqual(['slow', 'behind', 'ahead']);
  });

  test('hears of all that changed, however much it was', async () => {
    const { own, heard } = await listening();
    const many = Array.from({ length: 1001 }, (_, n) => marker(`many-${n}`));
    await Promise.all(many.map((one) => written(one)));
    await own.readMarkers();
    expect(new Set(heard).size).toBe(1001);
  });

  test('reloads all after a pause past a minute, when markers may have come and gone', async () => {
    const { own, heard } = await listening();
    later(minutes(1));
    await own.readMarkers();
    expect(heard).toEqual([]);
    later(minutes(1) + 1);
    await own.readMarkers();
    expect(heard).toEqual(['reload']);
  });

  test('reloads all after its clock was set back by more than that', async () => {
    const { own, heard } = await listening();
    later(-minutes(2));
    await own.readMarkers();
    expect(heard).toContain('reload');
  });

  test('is fresh for five seconds after a reading, and reads again where it is not', async () => {
    const { own, heard } = await listening();
    expect(caches(opened.store.installation).fresh()).toBe(false);
    later(STALE_AFTER);
    expect(own.fresh()).toBe(true);
    later(1);
    expect(own.fresh()).toBe(false);
    await written(marker('x'));
    await own.assertFresh();
    expect([own.fresh(), heard]).toEqual([true, ['x']]);
  });
});

test('a reading that a pause of the machine fell into says nothing of the time after it: there is another', async () => {
  let readings = 0;
  const installation: InstallationStore = {
    commit: (writes) => opened.store.installation.commit(writes),
    of(spec) {
      // The first reading is in progress when the machine is suspended.
      if (readings++ === 0) later(minutes(3));
      return opened.store.installation.of(spec);
    },
  };
  const { own } = await listening(installation);
  readings = 0;
  later(STALE_AFTER + 1);
  await own.assertFresh();
  expect([own.fresh(), readings > 1]).toEqual([true, true]);
});

describe('when the markers cannot be read', () => {
  test('whoever joined a reading that had begun before waits for the next one', async () => {
    let readings = 0;
    let fail = (): void => undefined;
    const installation: InstallationStore = {
      commit: (writes) => opened.store.installation.commit(writes),
      of(spec) {
        const real = opened.store.installation.of(spec);
        if (++readings !== 2) return real;
        const find = () => new Promise<never>((_, no) => (fail = () => no(new StoreUnavailable('the test says so'))));
        return { ...real, find } as typeof real;
      },
    };
    const { own } = await listening(installation);
    later(STALE_AFTER + 1);
    const began = expect(own.readMarkers()).rejects.toBeInstanceOf(StoreUnavailable);
    const joined = [own.assertFresh(), own.assertFresh()];
    fail();
    await began;
    await Promise.all(joined);
    expect([own.fresh(), readings]).toEqual([true, 3]);
  });

  test('nothing is served for longer than five seconds, until they can be', async () => {
    let broken = false;
    const installation: InstallationStore = {
      commit: (writes) => opened.store.installation.commit(writes),
      of(spec) {
        if (broken) throw new StoreUnavailable('the test says so');
        return opened.store.installation.of(spec);
      },
    };
    const { own } = await listening(installation);
    broken = true;
    await expect(own.readMarkers()).rejects.toBeInstanceOf(StoreUnavailable);
    later(STALE_AFTER);
    await own.assertFresh();
    later(1);
    await expect(own.assertFresh()).rejects.toBeInstanceOf(StoreUnavailable);
    broken = false;
    await own.assertFresh();
  });

  test('the reading goes on, and each failure is reported', async () => {
    const installation: InstallationStore = {
      commit: (writes) => opened.store.installation.commit(writes),
      of() {
        throw new StoreUnavailable('the test says so');
      },
    };
    const own = caches(installation);
    const failed = await new Promise((report) => own.start(report));
    expect(failed).toBeInstanceOf(StoreUnavailable);
    await own.stop();
  });
});

test('a started process reads at once and twice a second, and no more after it is stopped', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
  const reads: number[] = [];
  const installation: InstallationStore = {
    commit: (writes) => opened.store.installation.commit(writes),
    of(spec) {
      reads.push(1);
      return opened.store.installation.of(spec);
    },
  };
  const own = caches(installation);
  own.start((error) => {
    throw error;
  });
  expect(reads).toHaveLength(1);
  for (const expected of [2, 3]) {
    while (jest.getTimerCount() === 0) await new Promise((done) => setImmediate(done));
    jest.advanceTimersByTime(500);
    expect(reads).toHaveLength(expected);
  }
  await own.stop();
  jest.advanceTimersByTime(seconds(10));
  expect(reads).toHaveLength(3);
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});
