/** When a time limitation holds, and until when: with changes of clocks, weekdays and adjacent windows. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { time } from '../../src/access/limitations/time.js';

const at = (moment: string): number => Date.parse(moment);
const holding = (values: readonly string[], moment: number) =>
  time.evaluate(values, { subject: { kind: 'user', id: 'ada', assignments: [] }, context: { at: moment } });

test.each<[value: string, now: string, until: string | undefined]>([
  ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-26T10:00:00Z', '2026-11-26T16:00:00Z'],
  ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-26T08:00:00Z', '2026-11-26T16:00:00Z'],
  ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-26T07:59:59Z', undefined],
  ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-26T16:00:00Z', undefined],
  ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-28T10:00:00Z', undefined],
  ['Fri-Mon Europe/Berlin', '2026-11-29T22:59:00Z', '2026-11-30T23:00:00Z'],
  // Adjacent windows are one.
  ['Mon-Fri UTC', '2026-11-25T23:59:45Z', '2026-11-28T00:00:00Z'],
  ['Mon-Fri UTC', '2026-11-27T23:59:45Z', '2026-11-28T00:00:00Z'],
  ['Fri 22:00-24:00 UTC & Sat 00:00-02:00 UTC', '2026-11-27T23:59:45Z', '2026-11-28T02:00:00Z'],
  ['08:00-12:00 UTC & 12:00-18:00 UTC', '2026-11-26T11:59:45Z', '2026-11-26T18:00:00Z'],
  ['12:00-18:00 UTC & 08:00-12:00 UTC', '2026-11-26T11:59:45Z', '2026-11-26T18:00:00Z'],
  ['08:00-12:00 UTC & 12:01-18:00 UTC', '2026-11-26T11:59:45Z', '2026-11-26T12:00:00Z'],
  [
    '08:00-12:00 UTC & 13:00-18:00 Europe/Berlin & 11:00-13:00 America/New_York',
    '2026-11-26T11:00:00Z',
    '2026-11-26T18:00:00Z',
  ],
  ['2026-11-25/2026-11-26 UTC & 2026-11-27/2026-11-27 00:00-03:00 UTC', '2026-11-26T23:00:00Z', '2026-11-27T03:00:00Z'],
  ['22:00-06:00 UTC & 06:00-08:00 UTC', '2026-11-26T23:00:00Z', '2026-11-27T08:00:00Z'],
  ['Tue,Thu Europe/Berlin', '2026-11-26T10:00:00Z', '2026-11-26T23:00:00Z'],
  ['22:00-06:00 Europe/Berlin', '2026-11-26T22:00:00Z', '2026-11-27T05:00:00Z'],
  ['22:00-06:00 Europe/Berlin', '2026-11-26T04:59:00Z', '2026-11-26T05:00:00Z'],
  ['Thu 22:00-06:00 Europe/Berlin', '2026-11-27T04:00:00Z', '2026-11-27T05:00:00Z'],
  ['Thu 22:00-06:00 Europe/Berlin', '2026-11-26T04:00:00Z', undefined],
  ['2026-11-26/2026-11-30 Europe/Berlin', '2026-11-25T22:59:00Z', undefined],
  ['2026-11-26/2026-11-30 Europe/Berlin', '2026-11-25T23:00:00Z', '2026-11-27T23:00:00Z'],
  ['2026-11-26/2026-11-30 Europe/Berlin', '2026-11-30T22:59:00Z', '2026-11-30T23:00:00Z'],
  ['2026-11-26/.. 09:00-17:00 America/New_York', '2026-11-26T21:59:00Z', '2026-11-26T22:00:00Z'],
  ['../2026-11-25 Europe/Berlin', '2026-11-26T10:00:00Z', undefined],
  // The clocks go back in this night, and forward in that one: the window is an hour longer or shorter, and ends by local time.
  ['Sat 22:00-06:00 Europe/Berlin', '2026-10-24T23:30:00Z', '2026-10-25T05:00:00Z'],
  ['Sat 22:00-06:00 Europe/Berlin', '2027-03-27T23:30:00Z', '2027-03-28T04:00:00Z'],
  // At 01:00Z clocks go from 02:00 to 03:00: 02:30 never occurs, and the window ends with the change.
  ['Sun 01:00-02:30 Europe/Berlin', '2027-03-28T00:30:00Z', '2027-03-28T01:00:00Z'],
  // 02:30 occurs twice: the window ends at the first, and its end is never in the past for a question in the second.
  ['Sun 02:00-02:30 Europe/Berlin', '2026-10-25T00:15:00Z', '2026-10-25T00:30:00Z'],
  ['Sun 02:00-02:30 Europe/Berlin', '2026-10-25T01:15:00Z', '2026-10-25T01:30:00Z'],
  ['Sun 02:15-04:00 Europe/Berlin', '2026-10-25T00:45:00Z', '2026-10-25T01:00:00Z'],
  ['Sun 01:00-01:30 America/New_York', '2026-11-01T06:15:00Z', '2026-11-01T06:30:00Z'],
  ['Fri Africa/Cairo', '2026-10-30T20:30:00Z', '2026-10-30T22:00:00Z'],
])('time %s at %s holds until %j', (value, now, until) => {
  const answer = holding(value.split(' & '), at(now));
  expect(answer).toEqual(until === undefined ? { is: 'no' } : { is: 'yes', until: at(until) });
});

const zone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Africa/Cairo',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
);
const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30'));
const shown = ([hour, minute]: [number, string]): string => `${String(hour).padStart(2, '0')}:${minute}`;
// Around the nights in which clocks change, in several zones.
const night = fc.constantFrom(
  ...['2026-10-25', '2027-03-28', '2026-11-01', '2027-03-14', '2026-10-30', '2026-04-24', '2026-10-04', '2027-04-04'],
);

test('time holds from any moment to just before the end that it names, whatever clocks do on the way', () => {
  fc.assert(
    fc.property(
      zone,
      clock,
      clock,
      night,
      fc.integer({ min: -1440, max: 2880 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (place, from, to, day, minute, part) => {
        fc.pre(shown(from) !== shown(to));
        const value = `${shown(from)}-${shown(to)} ${place}`;
        const now = at(`${day}T00:00:00Z`) + minute * 60_000 + 12_345;
        const said = holding([value], now);
        if (said.is !== 'yes') return;
        const until = said.until ?? 0;
        expect(until).toBeGreaterThan(now);
        for (const later of [until - 1, Math.floor(now + (until - 1 - now) * part)])
          expect([value, now, holding([value], later).is]).toEqual([value, now, 'yes']);
        if (until - now <= 26 * 3_600_000) expect(holding([value], until).is).toBe('no');
      },
    ),
    { numRuns: 2000 },
  );
});

test('time ends at the first moment at which none of its values holds, whichever of them follow one another', () => {
  const quarter = 15 * 60_000;
  const days = fc.constantFrom(
    '',
    'Mon-Fri ',
    'Sat,Sun ',
    'Sun ',
    'Mon-Sun ',
    '2026-10-24/2026-10-26 ',
    '../2027-03-28 ',
  );
  const hours = fc.tuple(clock, clock).filter(([from, to]) => shown(from) !== shown(to));
  const stretch = fc.oneof(
    hours.map(([from, to]) => `${shown(from)}-${shown(to)} `),
    fc.constant(''),
  );
  const value = fc
    .tuple(days, stretch, zone)
    .map(([when, hour, place]) => `${when}${hour}${place}`)
    .filter((text) => text.includes(' '));
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 4 }),
      night,
      fc.integer({ min: -96, max: 192 }),
      (values, day, quarters) => {
        const now = at(`${day}T00:00:00Z`) + quarters * quarter + 12_345;
        const holds = (moment: number) => values.some((each) => holding([each], moment).is === 'yes');
        const said = holding(values, now);
        expect(said.is === 'yes').toBe(holds(now));
        if (said.is !== 'yes') return;
        const until = said.until ?? 0;
        // All windows and all changes of clocks fall on quarters of an hour.
        for (let later = now - 12_345 + quarter; later < until; later += quarter) {
          expect([values, now, later, holds(later)]).toEqual([values, now, later, true]);
        }
        if (until - now <= 26 * 3_600_000) expect([values, now, holds(until)]).toEqual([values, now, false]);
      },
    ),
    { numRuns: 150 },
  );
});
