import { type Instant, minutes } from '../../base/clock.js';

/** What clocks and calendars at one place say. */
export interface LocalTime {
  /** As `2026-11-26`. */
  readonly day: string;
  /** 1 is Monday. */
  readonly weekday: number;
  /** After midnight. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the zone is one that this machine knows (IANA). */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone)) return false;
  try {
    formatIn(zone);
    return true;
  } catch {
    return false;
  }
}

/** Bounded by the number of zones there are. */
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
    weekday: new Date(`${date}T00:00:00Z`).getUTCDay() || 7,
    minute: Number(hour) * 60 + Number(minute),
  };
}

/**
 * The moment at which clocks there show so many minutes after midnight of that day; more or fewer than a day has are on another. Where
 * clocks are set forward past it, the moment at which they are.
 */
export function instantAt({ day }: Pick<LocalTime, 'day'>, minute: number, zone: string): Instant {
  const wanted = Date.parse(`${day}T00:00:00Z`) + minutes(minute);
  let guess = wanted;
  // Offsets are whole minutes; the second step is for a guess on the other side of a change of clocks.
  for (let step = 0; step < 2; step++) guess = wanted - offsetAt(guess, zone);
  return guess;
}

function offsetAt(at: Instant, zone: string): number {
  const { day, minute } = localTime(at, zone);
  return Date.parse(`${day}T00:00:00Z`) + minutes(minute) - (at - (at % minutes(1)));
}
