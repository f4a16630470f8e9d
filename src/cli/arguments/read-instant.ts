import { z } from 'zod';
import type { Instant } from '../../base/clock.js';
import { NotUnderstood } from './usage-error.js';

/** A time with a zone (RFC 3339). Without a zone it would differ between machines. */
const datetime = z.iso.datetime({ offset: true });
const PRINTED = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC$/;

/** The time that an option gives: RFC 3339 with its zone, or as commands print it (`moment`). @throws NotUnderstood */
export function readInstant(option: string, text: string): Instant {
  const written = text.replace(PRINTED, '$1T$2:00Z');
  if (datetime.safeParse(written).success) return Date.parse(written);
  throw new NotUnderstood(
    `--${option} takes a time with its zone, as 2027-01-31T18:00:00+01:00, and ${JSON.stringify(text)} is none.`,
  );
}
