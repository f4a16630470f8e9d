import { hours, type Instant } from '../../../base/clock.js';
import { attributesOf } from './attributes.js';
import { checkConditions, checkTimes } from './conditions.js';
import { nameIdOf } from './name-id.js';
import { BEARER, SAML } from './names.js';
import type { ExpectedOfResponse, SamlNameId, VerifiedAssertion } from './reader.js';
import { must, SamlRefused } from './refusals.js';
import { instantOf, timeIn } from './times.js';
import { childrenOf, trimmedTextIn, type XmlElement } from './xml.js';

/** Older assertions are refused, whatever they say of their end: so long is remembered which ones were used. */
const LONGEST_LIFE = hours(1);

const LONGEST_ID = 255;

export type ReadAssertion = Omit<VerifiedAssertion, 'signed' | 'wasEncrypted'>;

/**
 * What an assertion says, if it is for us, from the provider, for this sign-in, and now (SAML Profiles 4.1.4.3). Who made it is proved
 * already.
 *
 * @param element made of bytes that were verified
 * @param openId gives the name identifier in an `EncryptedID`
 * @throws SamlRefused
 */
export function readAssertion(
  element: XmlElement,
  expected: ExpectedOfResponse,
  openId: (encrypted: XmlElement) => XmlElement,
): ReadAssertion {
  const { attributes } = element;
  must(attributes.get('Version') === '2.0', 'saml-version');
  const id = attributes.get('ID') ?? '';
  must(id !== '' && id.length <= LONGEST_ID, 'saml-message');
  must(issuerOf(element) === expected.provider.entityId, 'saml-issuer');
  const issuedAt = instantOf(attributes.get('IssueInstant') ?? '', 'saml-issue-instant');
  const { at, clockSkew } = expected;
  const isTimely = issuedAt <= at + clockSkew && at < issuedAt + LONGEST_LIFE + clockSkew;
  must(isTimely, 'saml-issue-instant');
  const { nameId, confirmed } = readSubject(element, expected, openId);
  const conditionsEnd = checkConditions(element, expected.entityId, expected);
  const ends = Math.min(confirmed.until, conditionsEnd ?? confirmed.until, issuedAt + LONGEST_LIFE);
  return {
    ...{ id, expiresAt: ends + clockSkew, attributes: attributesOf(element), ...readAuthentication(element, expected) },
    ...(nameId && { nameId }),
    isUnsolicited: confirmed.isUnsolicited,
  };
}

/** The issuer as an entity id; undefined if there is none. @throws SamlRefused if there are several */
export function issuerOf(element: XmlElement): string | undefined {
  const [issuer, ...others] = childrenOf(element, SAML, 'Issuer');
  must(others.length === 0, 'saml-issuer');
  return issuer && trimmedTextIn(issuer);
}

function readSubject(
  assertion: XmlElement,
  expected: ExpectedOfResponse,
  openId: (encrypted: XmlElement) => XmlElement,
): { readonly nameId: SamlNameId | undefined; readonly confirmed: BearerConfirmation } {
  const [subject, ...others] = childrenOf(assertion, SAML, 'Subject');
  if (!subject || others.length > 0) throw new SamlRefused('saml-subject');
  const plain = childrenOf(subject, SAML, 'NameID');
  const encrypted = childrenOf(subject, SAML, 'EncryptedID');
  must(plain.length + encrypted.length <= 1, 'saml-subject');
  const name = plain[0] ?? (encrypted[0] && openId(encrypted[0]));
  return { nameId: name && nameIdOf(name), confirmed: confirmation(subject, expected) };
}

/**
 * One bearer confirmation that is for us and this sign-in; the others do not matter (Profiles 4.1.4.3).
 *
 * @throws SamlRefused with what is wrong with the last one
 */
function confirmation(subject: XmlElement, expected: ExpectedOfResponse): BearerConfirmation {
  const bearers = childrenOf(subject, SAML, 'SubjectConfirmation').filter(
    ({ attributes }) => attributes.get('Method') === BEARER,
  );
  let refused = new SamlRefused('saml-confirmation');
  for (const bearer of bearers) {
    try {
      return checkConfirmation(bearer, expected);
    } catch (error) {
      if (!(error instanceof SamlRefused)) throw error;
      refused = error;
    }
  }
  throw refused;
}

interface BearerConfirmation {
  readonly until: Instant;
  readonly isUnsolicited: boolean;
}

function checkConfirmation(bearer: XmlElement, expected: ExpectedOfResponse): BearerConfirmation {
  const [data, ...others] = childrenOf(bearer, SAML, 'SubjectConfirmationData');
  if (!data || others.length > 0) throw new SamlRefused('saml-confirmation');
  const { attributes } = data;
  must(attributes.get('Recipient') === expected.address, 'saml-recipient');
  checkRequest(attributes, expected);
  // Profiles 4.1.4.2 forbids it here. Those that write it mean what conditions say.
  const end = checkTimes(data, expected);
  must(end !== undefined, 'saml-confirmation');
  return { until: end, isUnsolicited: !attributes.has('InResponseTo') };
}

/**
 * What an element says of the request that it answers. Response and confirmation have to say the same: a stranger may take the attribute from
 * an unsigned response.
 *
 * @throws SamlRefused
 */
export function checkRequest(
  attributes: ReadonlyMap<string, string>,
  { requestIds, takesUnsolicited }: Pick<ExpectedOfResponse, 'requestIds' | 'takesUnsolicited'>,
): void {
  const answered = attributes.get('InResponseTo');
  if (answered === undefined) must(takesUnsolicited, 'saml-unsolicited');
  else must(requestIds.includes(answered), 'saml-in-response-to');
}

type ReadAuthentication = Pick<
  VerifiedAssertion,
  'authenticatedAt' | 'sessionIndex' | 'sessionEndsAt' | 'contextClass'
>;

/** How and when the person signed in there (Core 2.7.2). An assertion without that says nothing of a sign-in. */
function readAuthentication(assertion: XmlElement, { at, clockSkew }: ExpectedOfResponse): ReadAuthentication {
  const [statement, ...others] = childrenOf(assertion, SAML, 'AuthnStatement');
  if (!statement || others.length > 0) throw new SamlRefused('saml-authn-statement');
  const { attributes } = statement;
  const authenticatedAt = instantOf(attributes.get('AuthnInstant') ?? '', 'saml-authn-statement');
  must(authenticatedAt <= at + clockSkew, 'saml-authn-statement');
  const sessionEndsAt = timeIn(attributes, 'SessionNotOnOrAfter', 'saml-authn-statement');
  // Without the skew: a session here that ends with it would be over at once.
  must(sessionEndsAt === undefined || at < sessionEndsAt, 'saml-session-ended');
  const sessionIndex = attributes.get('SessionIndex');
  must((sessionIndex?.length ?? 0) <= LONGEST_ID, 'saml-authn-statement');
  const [context] = childrenOf(statement, SAML, 'AuthnContext');
  const [reference] = context ? childrenOf(context, SAML, 'AuthnContextClassRef') : [];
  const contextClass = reference && trimmedTextIn(reference);
  return {
    authenticatedAt,
    ...(sessionIndex !== undefined && sessionIndex !== '' && { sessionIndex }),
    ...(sessionEndsAt !== undefined && { sessionEndsAt }),
    ...(contextClass !== undefined && contextClass !== '' && { contextClass }),
  };
}
