import { type Instant, minutes } from '../../base/clock.js';

/** Date and time in one time zone. */
export interface LocalTime {
  /** Such as `2026-11-26`. */
  readonly day: string;
  /** Minutes after midnight. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether this machine knows the time zone (IANA). */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone)) return false;
  try {
    formatIn(zone);
    return true;
  } catch {
    return false;
  }
}

/** Bounded by the number of time zones. */
function formatIn(zone: string): Intl.DateTimeFormat {
  const before = formats.get(zone);
  if (before) return before;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  formats.set(zone, made);
  return made;
}

/** 1 is Monday. @param day such as `2026-11-26` */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** @param zone one that {@link isZone} knows */
export function localTime(at: Instant, zone: string): LocalTime {
  const parts = Object.fromEntries(
    formatIn(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const { year = '', month = '', day = '', hour = '', minute = '' } = parts;
  const date = `${year.padStart(4, '0')}-${month}-${day}`;
  return {
    day: date,
    minute: Number(hour) * 60 + Number(minute),
  };
}

/** The date this many days later. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * minutes(24 * 60)).toISOString().slice(0, 10);

/**
 * The first change of clocks in this zone after a moment and before an end at most two days later; undefined if there is none.
 * For offsets of whole minutes, as all have been since 1972.
 */
export function clocksSetAfter(at: Instant, end: Instant, zone: string): Instant | undefined {
  const offset = offsetAt(at, zone);
  if (offsetAt(end, zone) === offset) return undefined;
  let [before, after] = [wholeMinute(at), wholeMinute(end)];
  while (after - before > minutes(1)) {
    const middle = wholeMinute((before + after) / 2);
    if (offsetAt(middle, zone) === offset) before = middle;
    else after = middle;
  }
  return after;
}

/** The start of the minute of this moment. */
export const wholeMinute = (at: Instant): Instant => Math.floor(at / minutes(1)) * minutes(1);

function offsetAt(at: Instant, zone: string): number {
  const { day, minute } = localTime(at, zone);
  return Date.parse(`${day}T00:00:00Z`) + minutes(minute) - wholeMinute(at);
}
