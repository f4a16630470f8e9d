import type { Locale } from '../../src/base/locale.js';

/** A moment in words, in the person's own time zone or, named, in UTC. */
export function moment(at: number, locale: Locale, zone = 'UTC'): string {
  const words = { dateStyle: 'medium', timeStyle: 'short' } as const;
  try {
    const written = new Intl.DateTimeFormat(locale, { ...words, timeZone: zone }).format(at);
    return zone === 'UTC' ? `${written} UTC` : written;
  } catch {
    // A profile says what it likes.
    return moment(at, locale);
  }
}
