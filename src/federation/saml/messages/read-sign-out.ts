import { type Instant, minutes } from '../../../base/clock.js';
import type { BroughtMessage } from '../../contract/redirect-connector.js';
import { decodePosted, decodeRedirected } from '../reader/decode.js';
import { decrypted } from '../reader/decrypt.js';
import { nameIdOf } from '../reader/name-id.js';
import { SAML, SAMLP, STATUS } from '../reader/names.js';
import { readQuery } from '../reader/query-signature.js';
import { issuerOf } from '../reader/read-assertion.js';
import type { ExpectedOfMessage, ReadSignOutMessage, SamlNameId } from '../reader/reader.js';
import { must, SamlRefused, refusedOr } from '../reader/refusals.js';
import { instantOf, timeIn } from '../reader/times.js';
import { verifiedElement, WrittenMessage } from '../reader/verify.js';
import { childrenOf, isNamed, parseXml, trimmedTextIn, type XmlElement } from '../reader/xml.js';

/** Older messages are refused: so long is remembered which ones counted. */
const LONGEST_LIFE = minutes(10);
const LONGEST_ID = 255;
const MOST_SESSIONS = 50;

/** A message with what it says of itself proved, as far as it is signed. */
interface OpenedMessage {
  readonly root: XmlElement;
  readonly isSigned: boolean;
}

/** Reads a message about a sign-out. */
export const readSignOutMessage = (message: BroughtMessage, expected: ExpectedOfMessage): ReadSignOutMessage =>
  refusedOr(() => {
    const { root, isSigned } =
      message.binding === 'redirect' ? redirected(message, expected) : posted(message, expected);
    checkMessage(root, isSigned, expected);
    if (isNamed(root, SAMLP, 'LogoutResponse')) return responseIn(root, isSigned);
    must(isNamed(root, SAMLP, 'LogoutRequest'), 'saml-message');
    must(isSigned, 'saml-not-signed');
    return requestIn(root, expected);
  });

function redirected({ query }: BroughtMessage, { provider }: ExpectedOfMessage): OpenedMessage {
  const { kind, message, isSigned } = readQuery(query, provider.signingKeys);
  const root = parseXml(decodeRedirected(message));
  checkKind(root, kind);
  return { root, isSigned };
}

function posted({ fields }: BroughtMessage, { provider }: ExpectedOfMessage): OpenedMessage {
  const [request, response] = [fields.get('SAMLRequest'), fields.get('SAMLResponse')];
  const encoded = request ?? response;
  if (encoded === undefined || (request !== undefined && response !== undefined)) throw new SamlRefused('saml-message');
  const xml = decodePosted(encoded);
  const root = parseXml(xml);
  checkKind(root, request === undefined ? 'SAMLResponse' : 'SAMLRequest');
  const signed = verifiedElement(new WrittenMessage(xml), { element: root, path: [] }, provider.signingKeys);
  return { root: signed?.element ?? root, isSigned: signed !== undefined };
}

const checkKind = (root: XmlElement, kind: 'SAMLRequest' | 'SAMLResponse'): void =>
  must(isNamed(root, SAMLP, kind === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse'), 'saml-message');

function checkMessage(
  root: XmlElement,
  isSigned: boolean,
  { provider, address, at, clockSkew }: ExpectedOfMessage,
): void {
  const { attributes } = root;
  must(attributes.get('Version') === '2.0', 'saml-version');
  must(issuerOf(root) === provider.entityId, 'saml-issuer');
  const destination = attributes.get('Destination');
  // Bindings 3.4.5.2 and 3.5.5.2: a signed message says where it goes.
  must(destination === address || (destination === undefined && !isSigned), 'saml-destination');
  const issuedAt = instantOf(attributes.get('IssueInstant') ?? '', 'saml-issue-instant');
  must(issuedAt <= at + clockSkew && at < issuedAt + LONGEST_LIFE + clockSkew, 'saml-issue-instant');
}

/** SAML Core 3.7.1. */
function requestIn(root: XmlElement, { at, clockSkew, decryptionKeys }: ExpectedOfMessage): ReadSignOutMessage {
  const { attributes } = root;
  const id = attributes.get('ID') ?? '';
  must(id !== '' && id.length <= LONGEST_ID, 'saml-message');
  const notOnOrAfter = timeIn(attributes, 'NotOnOrAfter', 'saml-time');
  must(notOnOrAfter === undefined || at < notOnOrAfter + clockSkew, 'saml-time');
  const indexes = childrenOf(root, SAMLP, 'SessionIndex').map((each) => trimmedTextIn(each) ?? '');
  must(indexes.length <= MOST_SESSIONS && indexes.every((index) => index.length <= LONGEST_ID), 'saml-message');
  return {
    ...{ kind: 'request', id, nameId: namedIn(root, decryptionKeys), sessionIndexes: indexes },
    expiresAt: endOf(root, notOnOrAfter) + clockSkew,
  };
}

function endOf({ attributes }: XmlElement, notOnOrAfter: Instant | undefined): Instant {
  const latest = instantOf(attributes.get('IssueInstant') ?? '', 'saml-issue-instant') + LONGEST_LIFE;
  return Math.min(notOnOrAfter ?? latest, latest);
}

function namedIn(root: XmlElement, keys: ExpectedOfMessage['decryptionKeys']): SamlNameId {
  const plain = childrenOf(root, SAML, 'NameID');
  const encrypted = childrenOf(root, SAML, 'EncryptedID');
  const [only] = [...plain, ...encrypted];
  if (!only || plain.length + encrypted.length > 1) throw new SamlRefused('saml-subject');
  if (plain.length === 1) return nameIdOf(only);
  const opened = decrypted(only, keys).element;
  must(isNamed(opened, SAML, 'NameID'), 'saml-decryption');
  return nameIdOf(opened);
}

/** SAML Core 3.7.2. */
function responseIn(root: XmlElement, isSigned: boolean): ReadSignOutMessage {
  const [status] = childrenOf(root, SAMLP, 'Status');
  const [code] = status ? childrenOf(status, SAMLP, 'StatusCode') : [];
  return {
    ...{ kind: 'response', isSigned, inResponseTo: root.attributes.get('InResponseTo') ?? '' },
    isSuccess: code?.attributes.get('Value') === `${STATUS}Success`,
  };
}
