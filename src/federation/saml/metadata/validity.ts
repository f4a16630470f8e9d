import type { Instant } from '../../../base/clock.js';
import { timeIn } from '../reader/times.js';
import type { XmlElement } from '../reader/xml.js';

/** XML Schema, `xs:duration`. A negative one is none. */
const DURATION =
  /^P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?$/;
/** In seconds: of a year, a month and so on. Nobody needs these to the day. */
const UNITS = [31_536_000, 2_592_000, 86_400, 3600, 60, 1];

/**
 * How long metadata count (SAML Metadata 2.3.1, 2.3.2 and 2.4.1): a list, an entity and a role each may say that, and the shortest holds.
 *
 * @returns `cacheFor` in milliseconds
 * @throws SamlRefused if an end is no time
 */
export function validityOf(elements: readonly XmlElement[]): {
  readonly validUntil?: Instant;
  readonly cacheFor?: number;
} {
  const ends = elements.flatMap(({ attributes }) => timeIn(attributes, 'validUntil', 'saml-time') ?? []);
  const durations = elements.flatMap(({ attributes }) => durationOf(attributes.get('cacheDuration') ?? '') ?? []);
  return {
    ...(ends.length > 0 && { validUntil: Math.min(...ends) }),
    ...(durations.length > 0 && { cacheFor: Math.min(...durations) }),
  };
}

function durationOf(text: string): number | undefined {
  const [matched, ...parts] = DURATION.exec(text.trim()) ?? [];
  if (matched === undefined) return undefined;
  return UNITS.reduce((sum, unit, place) => sum + unit * Number(parts[place] ?? 0), 0) * 1000;
}
