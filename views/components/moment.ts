import type { Locale } from '../../src/base/locale.js';

/** Formats a time in the user's time zone, or in UTC with the zone named. */
export function moment(at: number, locale: Locale, zone = 'UTC'): string {
  const words = { dateStyle: 'medium', timeStyle: 'short' } as const;
  try {
    const written = new Intl.DateTimeFormat(locale, { ...words, timeZone: zone }).format(at);
    return zone === 'UTC' ? `${written} UTC` : written;
  } catch {
    // A profile may contain an invalid time zone.
    return moment(at, locale);
  }
}
