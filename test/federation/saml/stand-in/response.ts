import { minutes, now } from '../../../../src/base/clock.js';
import { type Encryption, encryptedXml } from './encrypt.js';
import { rsaKeys } from './keys.js';
import { type Signing, signed } from './sign.js';

export const IDP = 'https://idp.example.com/metadata';
export const SP = 'https://id.example.com/connector/partner/metadata';
export const ACS = 'https://id.example.com/connector/partner/callback';
export const REQUEST = '_request1';

const RESPONSE_PATH = "/*[local-name()='Response']";
const ASSERTION_PATH = "//*[local-name()='Assertion']";

/** What a response says. `null`: it does not say that at all. */
export interface Written {
  readonly id?: string;
  readonly assertionId?: string;
  readonly version?: string;
  readonly assertionVersion?: string;
  readonly issuer?: string | null;
  readonly assertionIssuer?: string | null;
  readonly destination?: string | null;
  readonly inResponseTo?: string | null;
  readonly confirmationInResponseTo?: string | null;
  readonly recipient?: string | null;
  readonly audience?: string | null;
  readonly status?: string;
  readonly subStatus?: string;
  readonly issuedAt?: number;
  readonly assertionIssuedAt?: number;
  readonly notBefore?: string | null;
  readonly notOnOrAfter?: string | null;
  readonly confirmationNotOnOrAfter?: string | null;
  readonly authnInstant?: string;
  readonly sessionIndex?: string | null;
  readonly sessionNotOnOrAfter?: string;
  readonly contextClass?: string | null;
  readonly method?: string;
  /** XML in place of the `NameID`. */
  readonly nameId?: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  /** More XML, at the ends of these elements. */
  readonly more?: {
    readonly conditions?: string;
    readonly statements?: string;
    readonly subject?: string;
    readonly response?: string;
  };
  /** XML in place of the `AuthnStatement`. */
  readonly authnStatement?: string;
  readonly sign?: 'assertion' | 'response' | 'both' | 'none';
  readonly signing?: Partial<Signing>;
  readonly encrypted?: Encryption;
  /** Changes it before anything is signed. */
  readonly beforeSigning?: (xml: string) => string;
}

export const timeText = (instant: number): string => new Date(instant).toISOString();
export const NAME_ID = '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ned-1</saml:NameID>';

const attribute = (name: string, value: string | null | undefined): string =>
  value === undefined || value === null ? '' : ` ${name}="${value}"`;
const issuerXml = (issuer: string | null): string => (issuer === null ? '' : `<saml:Issuer>${issuer}</saml:Issuer>`);

function given<T>(value: T | undefined, otherwise: T): T {
  return value === undefined ? otherwise : value;
}

/** The assertion alone, not signed. */
export function assertionXml(written: Written = {}): string {
  const { issuedAt = now(), attributes = { mail: ['ned@partner.test'] }, more = {} } = written;
  const inResponseTo = given(written.confirmationInResponseTo, given(written.inResponseTo, REQUEST));
  const soon = timeText(issuedAt + minutes(5));
  const values = Object.entries(attributes).map(
    ([name, all]) =>
      `<saml:Attribute Name="${name}">${all.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  );
  const audience = given(written.audience, SP);
  const restriction =
    audience === null
      ? ''
      : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`;
  const context = given(written.contextClass, 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport');
  const statement =
    written.authnStatement ??
    `<saml:AuthnStatement AuthnInstant="${given(written.authnInstant, timeText(issuedAt))}"${attribute('SessionIndex', given(written.sessionIndex, 'session-1'))}${attribute('SessionNotOnOrAfter', written.sessionNotOnOrAfter)}>` +
      (context === null
        ? ''
        : `<saml:AuthnContext><saml:AuthnContextClassRef>${context}</saml:AuthnContextClassRef></saml:AuthnContext>`) +
      '</saml:AuthnStatement>';
  return (
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${given(written.assertionId, '_assertion1')}" ` +
    `Version="${given(written.assertionVersion, '2.0')}" IssueInstant="${timeText(given(written.assertionIssuedAt, issuedAt))}">` +
    issuerXml(given(written.assertionIssuer, IDP)) +
    `<saml:Subject>${given(written.nameId, NAME_ID)}` +
    `<saml:SubjectConfirmation Method="${given(written.method, 'urn:oasis:names:tc:SAML:2.0:cm:bearer')}">` +
    `<saml:SubjectConfirmationData${attribute('NotOnOrAfter', given(written.confirmationNotOnOrAfter, soon))}` +
    `${attribute('Recipient', given(written.recipient, ACS))}${attribute('InResponseTo', inResponseTo)}/>` +
    `</saml:SubjectConfirmation>${given(more.subject, '')}</saml:Subject>` +
    `<saml:Conditions${attribute('NotBefore', given(written.notBefore, timeText(issuedAt)))}${attribute('NotOnOrAfter', given(written.notOnOrAfter, soon))}>` +
    `${restriction}${given(more.conditions, '')}</saml:Conditions>${statement}` +
    (values.length > 0 ? `<saml:AttributeStatement>${values.join('')}</saml:AttributeStatement>` : '') +
    `${given(more.statements, '')}</saml:Assertion>`
  );
}

/** A response around this XML, not signed. */
export function responseXml(content: string, written: Written = {}): string {
  const { issuedAt = now(), more = {}, subStatus } = written;
  const inner =
    subStatus === undefined ? '' : `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${subStatus}"/>`;
  return (
    '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ' +
    `ID="${given(written.id, '_response1')}" Version="${given(written.version, '2.0')}" IssueInstant="${timeText(issuedAt)}"` +
    `${attribute('Destination', given(written.destination, ACS))}${attribute('InResponseTo', given(written.inResponseTo, REQUEST))}>` +
    issuerXml(given(written.issuer, IDP)) +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${given(written.status, 'Success')}">${inner}</samlp:StatusCode></samlp:Status>` +
    `${content}${given(more.response, '')}</samlp:Response>`
  );
}

/** A whole response as XML, signed and encrypted as it is asked for. Default: the assertion is signed. */
export function response(written: Written = {}): string {
  const { sign = 'assertion', beforeSigning = (xml: string) => xml, encrypted } = written;
  const signing: Signing = { key: rsaKeys().privateKey, ...written.signing };
  let assertion = assertionXml(written);
  if (encrypted) {
    assertion = beforeSigning(assertion);
    if (sign === 'assertion' || sign === 'both') assertion = signed(assertion, ASSERTION_PATH, signing);
    assertion = `<saml:EncryptedAssertion>${encryptedXml(assertion, encrypted)}</saml:EncryptedAssertion>`;
  }
  let xml = responseXml(assertion, written);
  if (!encrypted) xml = beforeSigning(xml);
  if (!encrypted && (sign === 'assertion' || sign === 'both')) xml = signed(xml, ASSERTION_PATH, signing);
  return sign === 'response' || sign === 'both' ? signed(xml, RESPONSE_PATH, signing) : xml;
}

/** Signs the whole response that is given. */
export const signedResponse = (xml: string, signing: Partial<Signing> = {}): string =>
  signed(xml, RESPONSE_PATH, { key: rsaKeys().privateKey, ...signing });

export const posted = (xml: string): string => Buffer.from(xml).toString('base64');
