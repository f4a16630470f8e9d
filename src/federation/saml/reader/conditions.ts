import type { Instant } from '../../../base/clock.js';
import { SAML } from './names.js';
import { must } from './refusals.js';
import { timeIn } from './times.js';
import { childrenOf, elementsOf, trimmedTextIn, type XmlElement } from './xml.js';

/** Those that are understood. `OneTimeUse` asks for nothing: an assertion counts once here. `ProxyRestriction` is about passing it on. */
const KNOWN: ReadonlySet<string> = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']);

export interface TimeFrame {
  readonly at: Instant;
  readonly clockSkew: number;
}

/**
 * SAML Core 2.5.1: every condition has to be understood and met. One of a kind that is not known makes an assertion worthless.
 *
 * @returns when the assertion ends by them; undefined if they say nothing of it
 * @throws SamlRefused
 */
export function checkConditions(assertion: XmlElement, audience: string, frame: TimeFrame): Instant | undefined {
  const [conditions, ...others] = childrenOf(assertion, SAML, 'Conditions');
  must(conditions !== undefined && others.length === 0, 'saml-conditions');
  const isKnown = elementsOf(conditions).every(({ namespace, name }) => namespace === SAML && KNOWN.has(name));
  must(isKnown, 'saml-condition-unknown');
  const restrictions = childrenOf(conditions, SAML, 'AudienceRestriction');
  const namesUs = (restriction: XmlElement): boolean =>
    childrenOf(restriction, SAML, 'Audience').some((each) => trimmedTextIn(each) === audience);
  // Profiles 4.1.4.2: there is one, and it names us. Of several, each has to.
  must(restrictions.length > 0 && restrictions.every(namesUs), 'saml-audience');
  return checkTimes(conditions, frame);
}

/** @returns `NotOnOrAfter` @throws SamlRefused if it is too early or too late. `NotOnOrAfter` is late already. */
export function checkTimes({ attributes }: XmlElement, { at, clockSkew }: TimeFrame): Instant | undefined {
  const notBefore = timeIn(attributes, 'NotBefore', 'saml-time');
  const notOnOrAfter = timeIn(attributes, 'NotOnOrAfter', 'saml-time');
  must(notBefore === undefined || notBefore <= at + clockSkew, 'saml-time');
  must(notOnOrAfter === undefined || at < notOnOrAfter + clockSkew, 'saml-time');
  return notOnOrAfter;
}
