import { problem } from '../../base/problems/problem.js';
import { hours, type Instant, minutes } from '../../base/clock.js';
import { allOrNone, type LimitationKind, NO } from './limitation.js';
import { clocksSetAfter, daysAfter, isZone, type LocalTime, localTime, weekdayOf, wholeMinute } from './local-time.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MIDNIGHT = 24 * 60;

/** A recurring time window. Absent parts match any time. */
interface Window {
  readonly zone: string;
  /** 1 is Monday. */
  readonly days?: ReadonlySet<number>;
  /** Local dates such as `2026-12-24`, both included. */
  readonly firstDay?: string;
  readonly lastDay?: string;
  /** Minutes after midnight. An end at or before its beginning is on the next day. */
  readonly from: number;
  readonly to: number;
}

/**
 * A time of day, days of the week, dates, or all three, in one time zone: `Mon-Fri 09:00-17:00 Europe/Berlin`,
 * `2026-12-01/2026-12-24 Europe/Berlin`. Days and dates are those on which the window begins.
 */
export const time: LimitationKind = {
  kind: 'time',
  judgedAt: 'issue',
  fault: (value) => (windowOf(value) ? undefined : problem('time-form', [], {})),
  evaluate(values, { context: { at } }) {
    const windows = values.flatMap((value) => windowOf(value) ?? []);
    let until: Instant | undefined;
    // Adjacent windows count as one: `Mon-Fri UTC` at midnight, `08:00-12:00` with `12:00-18:00`.
    for (let next = latestEnd(windows, at); next !== undefined; next = latestEnd(windows, next)) {
      until = next;
      if (until - at > FAR_ENOUGH) break;
    }
    return until === undefined ? NO : { is: 'yes', until };
  },
  // Windows begin at whole minutes.
  refusesUntil: (at) => wholeMinute(at) + minutes(1),
  criterion: (values, question) => allOrNone(time.evaluate(values, question)),
  describe: (values) => `only during ${values.join(' or ')}`,
};

const known = new Map<string, Window | undefined>();
/** Values come from stored roles and assignments, of which a realm has few. The cache is cleared before it grows large. */
const MOST_KNOWN = 1000;

function windowOf(value: string): Window | undefined {
  if (known.has(value)) return known.get(value);
  if (known.size >= MOST_KNOWN) known.clear();
  const read = readWindow(value);
  known.set(value, read);
  return read;
}

function readWindow(value: string): Window | undefined {
  const parts = value.trim().split(/\s+/);
  const zone = parts.pop() ?? '';
  if (!isZone(zone) || parts.length === 0) return undefined;
  let window: Window = { zone, from: 0, to: MIDNIGHT };
  let place = 0;
  for (const part of parts) {
    const found = readers.findIndex((read, at) => at >= place && read(part) !== undefined);
    if (found < 0) return undefined;
    window = { ...window, ...readers[found]?.(part) };
    place = found + 1;
  }
  return window;
}

/** In the order of the parts. */
const readers: readonly ((part: string) => Partial<Window> | undefined)[] = [
  (part) => {
    const [, first = '', last = ''] = /^(\d{4}-\d{2}-\d{2}|\.\.)\/(\d{4}-\d{2}-\d{2}|\.\.)$/.exec(part) ?? [];
    if (first === '' || (first === '..' && last === '..')) return undefined;
    if ([first, last].some((day) => day !== '..' && !isDay(day))) return undefined;
    if (first !== '..' && last !== '..' && last < first) return undefined;
    return { ...(first !== '..' && { firstDay: first }), ...(last !== '..' && { lastDay: last }) };
  },
  (part) => {
    const days = new Set<number>();
    for (const piece of part.toLowerCase().split(',')) {
      const [first = '', last = first, ...more] = piece.split('-');
      const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
      if (from < 0 || to < 0 || more.length > 0) return undefined;
      for (let day = from; ; day = (day + 1) % 7) {
        days.add(day + 1);
        if (day === to) break;
      }
    }
    return { days };
  },
  (part) => {
    const [, fromHour, fromMinute, toHour, toMinute] = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(part) ?? [];
    if (toMinute === undefined) return undefined;
    const from = Number(fromHour) * 60 + Number(fromMinute);
    const to = Number(toHour) * 60 + Number(toMinute);
    if (from >= MIDNIGHT || to > MIDNIGHT || Number(fromMinute) > 59 || Number(toMinute) > 59 || from === to)
      return undefined;
    return { from, to };
  },
];

const isDay = (day: string): boolean =>
  !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);

/** No token lives longer than a day, so a later end need not be exact. This stops the search for the end of `Mon-Sun`. */
const FAR_ENOUGH = hours(26);

/** The latest end of the windows that contain this moment; undefined if none does. */
function latestEnd(windows: readonly Window[], at: Instant): Instant | undefined {
  // Computing a local time is the expensive part. Each zone's is computed once, and only a window that continues is followed.
  const clocks = new Map<string, LocalTime>();
  const clockAt = (zone: string): LocalTime => {
    const clock = clocks.get(zone) ?? localTime(at, zone);
    clocks.set(zone, clock);
    return clock;
  };
  const ends = windows.flatMap((window) =>
    minutesLeft(window, clockAt(window.zone)) === undefined ? [] : (endOf(window, at) ?? []),
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** The end of the window that contains this moment; undefined if it does not contain it. */
function endOf(window: Window, at: Instant): Instant | undefined {
  let reached: Instant | undefined;
  // Each change of clocks may end, lengthen or shorten the window, so the rest is computed again from local time.
  for (let from = at; ; from = reached) {
    const left = minutesLeft(window, localTime(from, window.zone));
    if (left === undefined) return reached;
    const end = wholeMinute(from) + minutes(left);
    const set = clocksSetAfter(from, end, window.zone);
    if (set === undefined) return end;
    reached = set;
  }
}

/** Minutes until the end of the window, by this local time. */
function minutesLeft(window: Window, { day, minute }: LocalTime): number | undefined {
  const overMidnight = window.to <= window.from;
  if (minute >= window.from && (overMidnight || minute < window.to)) {
    return isOn(window, day) ? (overMidnight ? MIDNIGHT : 0) + window.to - minute : undefined;
  }
  return overMidnight && minute < window.to && isOn(window, daysAfter(day, -1)) ? window.to - minute : undefined;
}

const isOn = ({ days, firstDay, lastDay }: Window, day: string): boolean =>
  days?.has(weekdayOf(day)) !== false &&
  (firstDay === undefined || firstDay <= day) &&
  (lastDay === undefined || day <= lastDay);
