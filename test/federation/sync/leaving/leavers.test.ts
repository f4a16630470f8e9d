/** Whom the removal of leavers asks about, removes and keeps. The services are scripted; test/flows/ldap-leaving.test.ts has the real ones. */
import { describe, expect, test } from '@jest/globals';
import type { Block } from '../../../../src/base/block.js';
import { days, now } from '../../../../src/base/clock.js';
import { problem } from '../../../../src/base/problems/problem.js';
import { refused } from '../../../../src/changes/change-result.js';
import type { LookupOutcome } from '../../../../src/federation/contract/connector-kind.js';
import { leavers } from '../../../../src/federation/sync/leaving/leavers.js';
import type { User } from '../../../../src/identity/users/user.js';
import type { Stored } from '../../../../src/storage/spec.js';
import { linkOf, userOf } from '../plan/planned.js';

const quarantine = (ago: number): Block => ({ by: 'quarantine:corp', since: now() - days(ago), reason: 'gone' });

interface Given {
  readonly connector?: object;
  /** By id; a user that is absent was removed. */
  readonly users?: readonly Stored<User>[];
  readonly ids?: readonly string[];
  readonly answers?: Readonly<Record<string, LookupOutcome['kind']>>;
  readonly refusal?: ReturnType<typeof refused>;
  /** How many links the store has on a page. */
  readonly page?: number;
}

/** Leavers of `corp`, with what was asked and done. */
function home({ connector = {}, users, ids = ['anna'], answers = {}, refusal, page = 500 }: Given = {}) {
  const known = new Map(
    (users ?? ids.map((id) => userOf(id, { version: 7, blocks: [quarantine(31)] }))).map((user) => [user.id, user]),
  );
  const [asked, done, reported]: [string[], string[], string[]] = [[], [], []];
  const untils: number[] = [];
  const service = leavers({
    connectors: {
      all: async () =>
        new Map([
          ['corp', { id: 'corp', enabled: true, leavers: { after: 30, then: 'remove' } as const, ...connector }],
        ]),
    },
    opened: async () => ({
      lookup: async (subject) => {
        asked.push(subject);
        return { kind: answers[subject] ?? 'unknown' } as LookupOutcome;
      },
    }),
    links: {
      async suspended(id, as, until, { after = '0' }) {
        untils.push(until);
        expect([id, as]).toEqual(['corp', 'gone']);
        const from = Number(after);
        const rows = ids.slice(from, from + page).map((one) => linkOf(one));
        return { rows, ...(from + page < ids.length && { next: String(from + page) }) } as never;
      },
      remove: async (_by, userId, id, version) => {
        done.push(`link ${id} at ${version}`);
        return refusal ?? { ok: true, value: userOf(userId) };
      },
    },
    users: {
      get: async (id) => known.get(id),
      remove: async (_by, id, version) => {
        done.push(`user ${id} at ${version}`);
        return (refusal ?? { ok: true, value: undefined }) as never;
      },
    },
    report: (id, { reason }) => void reported.push(`${id} ${reason}`),
  });
  const running = new AbortController();
  return { ...{ asked, done, reported, untils, running }, run: () => service.removeDue(running.signal) };
}

test.each([
  ['is disabled', { enabled: false }],
  ['keeps leavers', { leavers: { after: 30, then: 'keep' } }],
  ['says nothing of them', { leavers: undefined }],
])('nobody is asked about if the connector %s', async (_what, connector) => {
  const one = home({ connector });
  await one.run();
  expect([one.asked, one.done]).toEqual([[], []]);
});

test('whoever the directory does not know is removed as they were read, after the days of the connector', async () => {
  const one = home();
  await one.run();
  expect([one.asked, one.done]).toEqual([['anna'], ['user anna at 7']]);
  const [until = 0] = one.untils;
  expect(Math.abs(now() - days(30) - until)).toBeLessThan(60_000);
});

test.each(['found', 'locked', 'disabled', 'expired'] as const)('whoever is %s there stays', async (kind) => {
  const one = home({ answers: { anna: kind } });
  await one.run();
  expect(one.done).toEqual([]);
});

test.each(['unavailable', 'upstream-error', 'misconfigured'] as const)(
  'the first answer that is %s ends the run: nobody is removed, and nobody else asked about',
  async (kind) => {
    const one = home({ ids: ['anna', 'bea'], answers: { anna: kind } });
    await one.run();
    expect([one.asked, one.done]).toEqual([['anna'], []]);
  },
);

describe('only the link goes', () => {
  test.each<[string, Partial<User>]>([
    ['of somebody who lives elsewhere', { userstore: 'primary', blocks: [quarantine(31)] }],
    ['of somebody whose quarantine an administrator lifted', { blocks: [] }],
    ['of somebody who came back and left again since', { blocks: [quarantine(2)] }],
    ['of somebody whom another connector quarantined', { blocks: [{ ...quarantine(31), by: 'quarantine:other' }] }],
    ['of somebody whom the directory disabled', { blocks: [{ ...quarantine(31), by: 'directory:corp' }] }],
  ])('%s', async (_whose, fields) => {
    const one = home({ users: [userOf('anna', { version: 7, ...fields })] });
    await one.run();
    expect(one.done).toEqual(['link link of anna at 7']);
  });
});

test('a user who was removed meanwhile needs no question', async () => {
  const one = home({ users: [] });
  await one.run();
  expect(one.asked).toEqual([]);
});

test('a removal that is refused is reported, but not if the user changed meanwhile', async () => {
  const last = home({ refusal: refused('forbidden', problem('last-administrator', [], {})) });
  await last.run();
  expect(last.reported).toEqual(['corp leaver-not-removed']);
  const changed = home({ refusal: { ok: false, refusal: { code: 'changed', problems: [] } } as never });
  await changed.run();
  expect(changed.reported).toEqual([]);
});

test('whoever cannot be removed keeps nobody else from it: each run goes on after the one before', async () => {
  const one = home({ ids: ['anna', 'bea', 'cleo'], page: 2, answers: { anna: 'found', bea: 'found' } });
  for (let runs = 0; runs < 3; runs++) await one.run();
  expect(one.asked).toEqual(['anna', 'bea', 'cleo', 'anna', 'bea']);
  expect(one.done).toEqual(['user cleo at 7']);
});

test('a run that had no answer begins again at the same people', async () => {
  const answers: Record<string, LookupOutcome['kind']> = { bea: 'unavailable' };
  const one = home({ ids: ['anna', 'bea', 'cleo'], page: 2, answers });
  await one.run();
  answers['bea'] = 'found';
  await one.run();
  expect(one.asked).toEqual(['anna', 'bea', 'anna', 'bea']);
});

test('a run that is stopped removes nobody more', async () => {
  const answers: Given['answers'] = {
    get anna() {
      one.running.abort();
      return 'found' as const;
    },
  };
  const one = home({ ids: ['anna', 'bea'], answers });
  await one.run();
  expect([one.asked, one.done]).toEqual([['anna'], []]);
});
