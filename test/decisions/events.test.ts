import { beforeEach, describe, expect, test } from '@jest/globals';
import { days, minutes } from '../../src/base/clock.js';
import { problem } from '../../src/base/problems/problem.js';
import { readInput } from '../../src/base/problems/read-input.js';
import { invalid, type Saved } from '../../src/changes/change-result.js';
import { countEvents, type Events, eventsInput, mayReport } from '../../src/decisions/events.js';
import type { ResourceServerCaller } from '../../src/decisions/resource-server-caller.js';
import type { CountedEvent } from '../../src/identity/activity/activity.js';
import type { User } from '../../src/identity/users/user.js';
import type { Client } from '../../src/realm/clients/client.js';
import { placedSentence } from '../../src/sentences/sentence.js';
import { AT, ORDERS, server, snapshotOf } from '../access/world.js';

const USERS = new Set(['ada', 'bob']);
const counts: { readonly counted: Map<string, readonly CountedEvent[]>; readonly report: string | undefined }[] = [];
let saved: Saved<void>;
beforeEach(() => {
  counts.length = 0;
  saved = { ok: true, value: undefined };
});

const caller = (id = 'orders'): ResourceServerCaller => ({ client: { id } as Client, audiences: [ORDERS] });
const moment = (ms: number): string => new Date(AT + ms).toISOString();
const visit = (more: Partial<Events[number]> = {}): Events[number] => ({
  subject: 'ada',
  event: 'visit',
  count: 1,
  ...more,
});
const report = (events: Events, { key, from = caller() }: { key?: string; from?: ResourceServerCaller } = {}) =>
  countEvents(
    { events, key, caller: from },
    {
      // The caller knows ada by another name.
      idOf: (name) => (name === 'pairwise-ada' ? 'ada' : name),
      user: async (id) => (USERS.has(id) ? ({ id } as User) : undefined),
      count: async (counted, id) => {
        counts.push({ counted: new Map(counted), report: id });
        return saved;
      },
    },
    AT,
  );

describe('a report', () => {
  test('is counted by user, under every name that the caller has for the user', async () => {
    const events = [
      visit({ subject: 'pairwise-ada', count: 3 }),
      visit({ subject: 'bob' }),
      visit({ event: 'purchase' }),
    ];
    expect(await report(events)).toEqual([]);
    expect(counts.map(({ counted }) => Object.fromEntries(counted))).toEqual([
      {
        ada: [
          { event: 'visit', count: 3, at: AT },
          { event: 'purchase', count: 1, at: AT },
        ],
        bob: [{ event: 'visit', count: 1, at: AT }],
      },
    ]);
  });

  test('may come from a clock that is a little fast, and counts as now', async () => {
    expect(await report([visit({ at: moment(minutes(5)) }), visit({ at: moment(-days(90)) })])).toEqual([]);
    expect(counts[0]?.counted.get('ada')?.map(({ at }) => at)).toEqual([AT, AT - days(90)]);
  });

  test('that is faulty counts nothing, and lists every fault with its code, path and parameters', async () => {
    const [late, early] = [moment(minutes(5) + 1), moment(-days(90) - 1)];
    const faults = await report([
      visit(),
      visit({ subject: 'nobody', at: late }),
      visit({ at: early }),
      visit({ subject: 'nobody' }),
    ]);
    const nobody = { thing: { kind: 'user', name: 'nobody' } } as const;
    expect(faults).toEqual([
      problem('event-ahead', ['events', 1, 'at'], { at: late }),
      problem('not-found', ['events', 1, 'subject'], nobody),
      problem('event-too-old', ['events', 2, 'at'], { at: early, days: 90 }),
      problem('not-found', ['events', 3, 'subject'], nobody),
    ]);
    expect(counts).toEqual([]);
    for (const language of ['en', 'de'] as const) {
      expect(faults.map((fault) => placedSentence(fault, language))).toEqual([
        expect.stringContaining(`events.1.at: ${late}`),
        expect.stringMatching(/^events\.1\.subject: .*nobody/),
        expect.stringMatching(/^events\.2\.at: .* 90 (days|Tage)/),
        expect.stringMatching(/^events\.3\.subject: /),
      ]);
    }
  });

  test('that the service refuses is a problem of its events', async () => {
    saved = invalid(problem('too-many-events', [], { most: 50 }));
    expect(await report([visit()])).toEqual([problem('too-many-events', ['events'], { most: 50 })]);
  });
});

describe('the key of a report', () => {
  test('is stored as a hash, and differs from one caller to another', async () => {
    for (const from of [caller(), caller(), caller('shop')]) await report([visit()], { key: 'order-17', from });
    const [first, again, other] = counts.map(({ report: id }) => id);
    expect(first).toBe(again);
    expect(first).not.toBe(other);
    expect(first).not.toContain('order-17');
    await report([visit()]);
    expect(counts.at(-1)?.report).toBeUndefined();
  });

  test.each(['', 'two words', 'ä', 'x'.repeat(101), 'line\n'])('is refused as %j', async (key) => {
    expect(await report([visit()], { key })).toEqual([problem('idempotency-key-form', ['Idempotency-Key'], {})]);
    expect(counts).toEqual([]);
  });
});

describe('the schema of a report', () => {
  test.each<[string, object, string, string]>([
    ['a subject with a line break', { subject: 'a\nb' }, 'event-subject-form', 'subject'],
    ['an event with a capital letter', { event: 'Visit' }, 'event-name-form', 'event'],
    ['a moment without a zone', { at: '2026-11-26T12:00:00' }, 'event-moment-form', 'at'],
    ['a count below one', { count: 0 }, 'too-small', 'count'],
    ['a field that nobody knows', { times: 3 }, 'unknown-fields', ''],
  ])('refuses %s', (_what, more, code, field) => {
    const read = readInput(eventsInput, { events: [{ ...visit(), ...more }] });
    const path = ['events', 0, ...(field === '' ? [] : [field])];
    expect(read).toEqual({ ok: false, problems: [expect.objectContaining({ code, path })] });
  });

  test('counts an event once if it says no number', () => {
    expect(eventsInput.parse({ events: [{ subject: 'ada', event: 'visit' }] })).toEqual({ events: [visit()] });
  });
});

test('a resource server may report if one of its audiences is trusted for behaviour', () => {
  const trusting = (trustedFor: 'address' | 'behaviour') =>
    snapshotOf({ groups: [], roles: [], servers: [{ ...server(ORDERS, {}), trustedFor: [trustedFor] }] });
  expect(mayReport(caller(), trusting('behaviour'))).toBe(true);
  expect(mayReport(caller(), trusting('address'))).toBe(false);
  expect(mayReport({ ...caller(), audiences: ['https://other.test'] }, trusting('behaviour'))).toBe(false);
});
