import type { Instant } from '../../../base/clock.js';
import { SamlRefused, type SamlRefusal } from './refusals.js';

/** SAML Core 1.3.3: UTC alone. Providers write up to nine digits of a second. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)$/;

/** @throws SamlRefused if it is no time in UTC */
export function instantOf(text: string, reason: SamlRefusal): Instant {
  const [, year, month, day, hour, minute, second, fraction = ''] = TIME.exec(text) ?? [];
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const instant = Date.parse(written);
  // A day that the month does not have would become one of the next month.
  if (Number.isNaN(instant) || new Date(instant).toISOString() !== written) throw new SamlRefused(reason);
  return instant;
}

/** An attribute that holds a time; undefined if there is none. @throws SamlRefused if it is no time */
export const timeIn = (
  attributes: ReadonlyMap<string, string>,
  name: string,
  reason: SamlRefusal,
): Instant | undefined => {
  const text = attributes.get(name);
  return text === undefined ? undefined : instantOf(text, reason);
};
