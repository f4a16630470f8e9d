import type { KeyObject } from 'node:crypto';
import { hours } from '../../../base/clock.js';
import { decodePosted } from './decode.js';
import { type Decrypted, decrypted } from './decrypt.js';
import { ENTITY_FORMAT, SAML, SAMLP, STATUS } from './names.js';
import { checkRequest, issuerOf, readAssertion } from './read-assertion.js';
import type { ExpectedOfResponse, ReadResponse, VerifiedAssertion } from './reader.js';
import { must, SamlRefused, refusedOr } from './refusals.js';
import { instantOf } from './times.js';
import { verifiedElement, WrittenMessage } from './verify.js';
import { childrenOf, elementsOf, isNamed, parseXml, type XmlElement } from './xml.js';

/** Of a response, by its `IssueInstant`. Its confirmation is for minutes. */
const OLDEST = hours(1);

/**
 * Reads the answer to a sign-in that came by a form (SAML Core 3.3.3, Profiles 4.1.4). What costs much, signatures and decryption, comes after
 * what any stranger could have written right.
 *
 * @param encoded the field `SAMLResponse`
 */
export const readResponse = (encoded: string, expected: ExpectedOfResponse): ReadResponse =>
  refusedOr(() => {
    const xml = decodePosted(encoded);
    const root = parseXml(xml);
    must(isNamed(root, SAMLP, 'Response'), 'saml-message');
    checkResponse(root, expected);
    const failure = statusOf(root);
    if (failure) return failure;
    const message = new WrittenMessage(xml);
    const signed = verifiedElement(message, { element: root, path: [] }, expected.provider.signingKeys);
    // What was verified is read once more: only that counts.
    if (signed) checkSignedResponse(signed.element, expected);
    return { kind: 'verified', assertion: consumedAssertion({ root, message, signed: signed?.element }, expected) };
  });

/** What the response says of itself. A part of it may be unsigned; what it says has to be right all the same. */
function checkResponse(response: XmlElement, expected: ExpectedOfResponse): void {
  const { attributes } = response;
  must(attributes.get('Version') === '2.0', 'saml-version');
  const issuer = issuerOf(response);
  must(issuer === undefined || issuer === expected.provider.entityId, 'saml-issuer');
  const [element] = childrenOf(response, SAML, 'Issuer');
  must((element?.attributes.get('Format') ?? ENTITY_FORMAT) === ENTITY_FORMAT, 'saml-issuer');
  const destination = attributes.get('Destination');
  must(destination === undefined || destination === expected.address, 'saml-destination');
  checkRequest(attributes, expected);
  const issuedAt = instantOf(attributes.get('IssueInstant') ?? '', 'saml-issue-instant');
  const { at, clockSkew } = expected;
  must(issuedAt <= at + clockSkew && at < issuedAt + OLDEST + clockSkew, 'saml-issue-instant');
}

/** Of a signed one, nothing is left out (Core 3.2.2, Bindings 3.5.5.2). */
function checkSignedResponse(response: XmlElement, expected: ExpectedOfResponse): void {
  checkResponse(response, expected);
  must(statusOf(response) === undefined, 'saml-message');
  must(issuerOf(response) !== undefined, 'saml-issuer');
  must(response.attributes.has('Destination'), 'saml-destination');
}

/** Undefined: it says that somebody signed in (Core 3.2.2). */
function statusOf(response: XmlElement): Extract<ReadResponse, { readonly kind: 'not-signed-in' }> | undefined {
  const [status, ...others] = childrenOf(response, SAMLP, 'Status');
  const [code, ...more] = status ? childrenOf(status, SAMLP, 'StatusCode') : [];
  must(code !== undefined && others.length === 0 && more.length === 0, 'saml-message');
  const value = code.attributes.get('Value') ?? '';
  if (value === `${STATUS}Success`) return undefined;
  const [inner] = childrenOf(code, SAMLP, 'StatusCode');
  const detail = inner?.attributes.get('Value');
  return {
    ...{ kind: 'not-signed-in', status: shortStatus(value) },
    ...(detail !== undefined && { detail: shortStatus(detail) }),
  };
}

const shortStatus = (value: string): string => {
  const short = value.startsWith(STATUS) ? value.slice(STATUS.length) : '';
  return /^[A-Za-z]{1,40}$/.test(short) ? short : 'other';
};

interface ReadAnswer {
  readonly root: XmlElement;
  readonly message: WrittenMessage;
  /** The response as it was verified. Undefined: it has no signature. */
  readonly signed: XmlElement | undefined;
}

/** The one assertion of a response, verified as the settings ask for. Encryption never stands for a signature: anybody can encrypt for us. */
function consumedAssertion(answer: ReadAnswer, expected: ExpectedOfResponse): VerifiedAssertion {
  const found = assertionIn(answer.signed ?? answer.root);
  if (found.name !== 'EncryptedAssertion') return provedAssertion(answer, { found }, expected);
  const opened = openedAs(found, 'Assertion', expected.decryptionKeys);
  const read = (): VerifiedAssertion => provedAssertion(answer, { found, opened }, expected);
  return opened.isMalleable ? alike(read) : read();
}

/**
 * Reads what somebody may have changed without knowing it. Which check it fails would tell them, try by try, what is in it. That holds beyond its
 * signature too: its `KeyInfo` is not signed, and what is moved there from other places is opened with it. So every refusal is the same one.
 */
function alike<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SamlRefused)) throw error;
    throw new SamlRefused('saml-decryption', { unknownKey: error.unknownKey, within: error.reason });
  }
}

function provedAssertion(
  { root, message, signed }: ReadAnswer,
  { found, opened }: { readonly found: XmlElement; readonly opened?: Decrypted },
  expected: ExpectedOfResponse,
): VerifiedAssertion {
  const { provider, decryptionKeys } = expected;
  const own = opened
    ? verifiedElement(new WrittenMessage(opened.xml), { element: opened.element, path: [] }, provider.signingKeys)
    : verifiedElement(message, placed(root, found), provider.signingKeys);
  const isSigned = { response: signed !== undefined, assertion: own !== undefined };
  checkPolicy(expected.signed, isSigned);
  must(own !== undefined || opened?.isMalleable !== true, 'saml-decryption');
  const assertion = own?.element ?? opened?.element ?? found;
  const read = readAssertion(assertion, expected, (name) => openedAs(name, 'NameID', decryptionKeys).element);
  must(read.isUnsolicited === !(signed ?? root).attributes.has('InResponseTo'), 'saml-in-response-to');
  return { ...read, signed: isSigned, wasEncrypted: opened !== undefined };
}

function assertionIn(response: XmlElement): XmlElement {
  const [only, ...others] = elementsOf(response).filter(
    ({ namespace, name }) => namespace === SAML && (name === 'Assertion' || name === 'EncryptedAssertion'),
  );
  if (!only || others.length > 0) throw new SamlRefused('saml-assertion-count');
  return only;
}

/** The assertion where it stands in the message: its own signature was made there, and the bytes of a signed response are another document. */
function placed(
  root: XmlElement,
  { attributes }: XmlElement,
): { readonly element: XmlElement; readonly path: number[] } {
  const id = attributes.get('ID');
  const place = elementsOf(root).findIndex(
    (each) => isNamed(each, SAML, 'Assertion') && each.attributes.get('ID') === id,
  );
  const element = elementsOf(root)[place];
  if (!element) throw new SamlRefused('saml-message');
  return { element, path: [place] };
}

/** What is signed has to be what the settings ask for. */
function checkPolicy(asked: ExpectedOfResponse['signed'], signed: VerifiedAssertion['signed']): void {
  must(signed.response || signed.assertion, 'saml-not-signed');
  must(signed.assertion || asked === 'response' || asked === 'any', 'saml-assertion-not-signed');
  must(signed.response || asked === 'assertion' || asked === 'any', 'saml-response-not-signed');
}

function openedAs(encrypted: XmlElement, name: 'Assertion' | 'NameID', keys: readonly KeyObject[]): Decrypted {
  const opened = decrypted(encrypted, keys);
  must(isNamed(opened.element, SAML, name), 'saml-decryption');
  return opened;
}
