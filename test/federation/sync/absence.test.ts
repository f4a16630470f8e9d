/** Who counts as gone, and who does not: absence is concluded from whole answers only, in runs over changes as well. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ReadingEnd, UpstreamReader } from '../../../src/federation/contract/upstream-reader.js';
import { by } from '../../realm-file/realm.js';
import { ID, type SyncRealm, syncRealm } from './sync-realm.js';

const COMPLETE: ReadingEnd = { kind: 'complete', mark: 'later', unreadable: 0 };
const IDS: ReadingEnd = { kind: 'complete', unreadable: 0 };

describe.each(['sqlite', 'mongodb'] as const)('a run over changes on %s', (store) => {
  let sync: SyncRealm;
  beforeEach(async () => {
    sync = await syncRealm(store);
    sync.directory.entries.set('a', { uid: 'anna' }).set('b', { uid: 'bea' }).set('c', { uid: 'cleo' });
    await sync.run();
  });
  afterEach(() => sync.close());

  /** Of an upstream that reads changes, in which nothing changed unless the test says so. */
  const reader = (more: Partial<UpstreamReader> = {}): UpstreamReader => ({
    ...{ bases: sync.directory.bases, scope: sync.directory.scope },
    all: (take) => sync.directory.all(take),
    changed: async () => COMPLETE,
    subjects: async (take) => {
      await take({ base: 'ou=people', subjects: [...sync.directory.entries.keys()] });
      return IDS;
    },
    ...more,
  });
  const planned = async (one: UpstreamReader, more: object = {}) => {
    const plan = await sync.plan({ full: false, reader: one, ...more });
    return plan.kind === 'planned' ? plan.diff : plan;
  };
  const withoutIds = (more: Partial<UpstreamReader> = {}): UpstreamReader => {
    const one = reader(more);
    const { bases, scope } = one;
    return { bases, scope, all: (take) => one.all(take), changed: (...asked) => one.changed(...asked) };
  };

  test('finds whoever no id names any more, and nobody else', async () => {
    sync.directory.entries.delete('b');
    expect(await planned(reader())).toMatchObject({
      ...{ isFull: false, counts: { gone: 1 }, people: [{ subject: 'b', standing: 'gone' }] },
    });
    const { applied } = await sync.run({ full: false, reader: reader() });
    expect(applied).toMatchObject({ end: { kind: 'applied' }, done: { gone: 1 }, left: 0 });
    expect((await sync.user('b'))?.blocks).toMatchObject([{ by: `quarantine:${ID}` }]);
    expect((await sync.user('a'))?.blocks).toEqual([]);
  });

  test('finds only those gone whom the upstream itself calls deleted, where it names no ids', async () => {
    sync.directory.entries.delete('b');
    expect(await planned(withoutIds())).toMatchObject({ counts: { gone: 0 } });
    const told = withoutIds({
      changed: async (_since, take) => {
        await take({ base: 'ou=people', users: [], deleted: ['b', 'stranger'] });
        return COMPLETE;
      },
    });
    expect(await planned(told)).toMatchObject({ counts: { gone: 1 }, people: [{ subject: 'b' }] });
  });

  test.each<ReadingEnd>([
    { kind: 'partial', reason: 'size-limit', base: 'ou=people' },
    { kind: 'unavailable', reason: 'connect-timeout' },
    { kind: 'misconfigured', reason: 'service-bind-refused' },
  ])('finds nobody gone if the ids end as $kind', async (end) => {
    sync.directory.entries.delete('b');
    const diff = await planned(reader());
    const cut = reader({ subjects: async () => end });
    expect(await planned(cut)).toEqual(end);
    // The second reading concludes no more than the first.
    if (!('digests' in diff)) throw new Error('There is a diff.');
    expect(await sync.apply(diff, { full: false, reader: cut })).toMatchObject({
      end: { kind: end.kind },
      done: { gone: 0 },
    });
    expect((await sync.user('b'))?.blocks).toEqual([]);
  });

  test('finds nobody gone while an entry has no readable id, unless nobody is missing', async () => {
    const unreadable = reader({
      subjects: async (take) => {
        await take({ base: 'ou=people', subjects: [...sync.directory.entries.keys()] });
        return { ...IDS, unreadable: 1 };
      },
    });
    expect(await planned(unreadable)).toMatchObject({ counts: { gone: 0 } });
    sync.directory.entries.delete('b');
    expect(await planned(unreadable)).toEqual({ kind: 'partial', reason: 'ids-unreadable' });
  });

  test('does not find somebody gone who was read, although the ids lack them', async () => {
    const moving = reader({
      changed: async (_since, take) => {
        await sync.directory.all(async ({ base, users }) =>
          take({ base, users: users.filter(({ identity }) => identity.subject === 'b') }),
        );
        return COMPLETE;
      },
      subjects: async (take) => {
        await take({ base: 'ou=people', subjects: ['a', 'c'] });
        return IDS;
      },
    });
    expect(await planned(moving)).toMatchObject({ counts: { gone: 0 } });
  });

  test('says that a base is empty by the ids that it has', async () => {
    sync.directory.bases = ['ou=people', 'ou=rome'];
    sync.directory.entries.set('c', { uid: 'cleo', base: 'ou=rome' });
    await sync.run();
    sync.directory.entries.delete('c');
    const ids = reader({ subjects: (take) => sync.directory.subjects(take) });
    expect(await planned(ids)).toMatchObject({ emptied: [{ kind: 'base', base: 'ou=rome' }] });
  });

  test('says that a group is empty by those who have it here', async () => {
    sync.directory.entries
      .set('a', { uid: 'anna', groups: ['sales'], mark: '2' })
      .set('b', { uid: 'bea', groups: ['sales'], mark: '2' });
    await sync.run();
    const leaving = (...subjects: readonly string[]) =>
      reader({
        changed: async (_since, take) => {
          for (const subject of subjects) {
            const { uid = '' } = sync.directory.entries.get(subject) ?? {};
            sync.directory.entries.set(subject, { uid, mark: '3' });
          }
          await sync.directory.all(async ({ base, users }) =>
            take({ base, users: users.filter(({ identity }) => subjects.includes(identity.subject)) }),
          );
          return COMPLETE;
        },
      });
    const sales = { kind: 'group', target: 'group sales' };
    const one = await planned(leaving('a'));
    expect(one).toMatchObject({
      emptied: [],
      scopes: expect.arrayContaining([expect.objectContaining({ scope: sales, of: 2 })]),
    });
    expect(await planned(leaving('a', 'b'))).toMatchObject({ emptied: [sales] });
  });

  test('is one over everybody if the settings find other people, and says so', async () => {
    const others = reader({
      scope: 'another filter',
      changed: () => Promise.reject(new Error('The mark is of others.')),
    });
    expect(await planned(others)).toMatchObject({ isFull: true, isOtherScope: true });
  });

  test('is one over everybody if the upstream does not know the mark', async () => {
    sync.directory.entries.delete('b');
    const lost = reader({ changed: async () => ({ kind: 'mark-lost', reason: 'groups-changed' }) });
    expect(await planned(lost)).toMatchObject({ isFull: true, isOtherScope: false, counts: { gone: 1 } });
  });

  test.each(['a page', 'the ids', 'who is gone'])('ends at once when it is stopped at %s', async (where) => {
    const stopping = new AbortController();
    const stop = (at: string): void => (at === where ? stopping.abort(new Error('stopped')) : undefined);
    sync.directory.entries.delete('b');
    const stopped = reader({
      changed: async (_since, take) => {
        stop('a page');
        await take({ base: 'ou=people', users: [] });
        return COMPLETE;
      },
      subjects: async (take) => {
        stop('the ids');
        await take({ base: 'ou=people', subjects: ['a', 'c'] });
        stop('who is gone');
        return IDS;
      },
    });
    const diff = await planned(reader());
    if (!('digests' in diff)) throw new Error('There is a diff.');
    const run = { full: false, reader: stopped, signal: stopping.signal };
    await expect(sync.apply(diff, run)).rejects.toThrow('stopped');
    expect((await sync.user('b'))?.blocks).toEqual([]);
  });

  test('leaves a link of another issuer alone', async () => {
    const made = await sync.realm.parts.users.create(by, {
      username: 'partner',
      link: { connector: ID, issuer: 'https://partner.test', subject: 'p' },
    });
    expect(made).toMatchObject({ ok: true });
    expect(await planned(reader())).toMatchObject({ counts: { gone: 0 } });
    expect(await planned(reader(), { full: true })).toMatchObject({ counts: { gone: 0 } });
  });

  test('names the mark of whom it knows, but not of somebody who is away: they are back whatever it says', async () => {
    const marks = new Map<string, string | undefined>();
    const asking = reader({
      changed: async (_since, _take, markOf) => {
        for (const subject of ['a', 'b', 'stranger']) marks.set(subject, markOf(subject));
        return COMPLETE;
      },
    });
    sync.directory.entries.delete('b');
    await sync.run({ full: false, reader: reader() });
    await planned(asking);
    expect([...marks]).toEqual([
      ['a', '1'],
      ['b', undefined],
      ['stranger', undefined],
    ]);
  });
});
