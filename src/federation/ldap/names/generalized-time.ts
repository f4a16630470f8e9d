import type { Instant } from '../../../base/clock.js';

/** RFC 4517 3.3.13: minutes and seconds may be absent, and a fraction is one of the last part that is there. */
const FORM = /^(\d{4})(\d{2})(\d{2})(\d{2})(?:(\d{2})(?:(\d{2}))?)?(?:[.,](\d{1,30}))?(?:(Z)|([+-])(\d{2})(\d{2})?)$/;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Undefined: the text is no generalized time, or names a time that does not exist. Parts of a millisecond are dropped. Pure. */
export function parseGeneralizedTime(text: string): Instant | undefined {
  const found = FORM.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '0', utc, sign, offsetHour = '0', offsetMinute = '0'] =
    found;
  const date = dateOf(Number(year), Number(month), Number(day));
  const time = [hour, minute, second].map((part = '0') => Number(part));
  const [hours = 0, minutes = 0, seconds = 0] = time;
  // A leap second is 60.
  if (date === undefined || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const offset = [Number(offsetHour), Number(offsetMinute)] as const;
  if (offset[0] > 23 || offset[1] > 59) return undefined;
  const unit = second !== undefined ? SECOND : minute !== undefined ? MINUTE : HOUR;
  const there = date + hours * HOUR + minutes * MINUTE + seconds * SECOND + Math.floor(Number(`0.${fraction}`) * unit);
  if (utc !== undefined) return there;
  const east = (offset[0] * HOUR + offset[1] * MINUTE) * (sign === '-' ? -1 : 1);
  return there - east;
}

/** In whole seconds of UTC; what is left of a second is dropped. */
export const generalizedTime = (instant: Instant): string =>
  `${new Date(instant).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;

function dateOf(year: number, month: number, day: number): Instant | undefined {
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for those of another century.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}
