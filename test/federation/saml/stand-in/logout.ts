import { type KeyObject, sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { now } from '../../../../src/base/clock.js';
import { rsaKeys } from './keys.js';
import { MORE, signed } from './sign.js';

const SHA1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';

export interface LogoutWritten {
  readonly id?: string;
  readonly issuer?: string;
  readonly destination?: string | null;
  readonly issuedAt?: number;
  readonly notOnOrAfter?: string;
  /** XML. */
  readonly nameId?: string;
  readonly sessionIndexes?: readonly string[];
  /** By a signature in the message, for a form. */
  readonly sign?: boolean;
}

const head = (name: string, { id = '_logout', issuedAt = now(), destination, issuer = '' }: LogoutWritten, more = '') =>
  `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
  `ID="${id}" Version="2.0" IssueInstant="${new Date(issuedAt).toISOString()}"` +
  `${destination === undefined || destination === null ? '' : ` Destination="${destination}"`}${more}>` +
  `<saml:Issuer>${issuer}</saml:Issuer>`;

export function logoutRequestXml(written: LogoutWritten): string {
  const { notOnOrAfter, nameId = '', sessionIndexes = [] } = written;
  const end = notOnOrAfter === undefined ? '' : ` NotOnOrAfter="${notOnOrAfter}"`;
  const indexes = sessionIndexes.map((index) => `<samlp:SessionIndex>${index}</samlp:SessionIndex>`).join('');
  const xml = `${head('LogoutRequest', written, end)}${nameId}${indexes}</samlp:LogoutRequest>`;
  return written.sign === true ? signed(xml, '/*', { key: rsaKeys().privateKey }) : xml;
}

export const logoutResponseXml = (
  written: LogoutWritten & { readonly inResponseTo: string; readonly status?: string },
): string =>
  `${head('LogoutResponse', written, ` InResponseTo="${written.inResponseTo}"`)}<samlp:Status>` +
  `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${written.status ?? 'Success'}"/></samlp:Status></samlp:LogoutResponse>`;

export const postedLogout = (xml: string): Record<string, string> => ({
  SAMLRequest: Buffer.from(xml).toString('base64'),
});

/** An address with a message in its query. @param how.key null: it is not signed */
export function redirectedLogout(
  url: string,
  kind: 'SAMLRequest' | 'SAMLResponse',
  xml: string,
  how: { readonly key?: KeyObject | null; readonly algorithm?: string; readonly relayState?: string },
): string {
  const { key = rsaKeys().privateKey, algorithm = `${MORE}rsa-sha256`, relayState } = how;
  const parts = [
    `${kind}=${encodeURIComponent(deflateRawSync(Buffer.from(xml)).toString('base64'))}`,
    ...(relayState === undefined ? [] : [`RelayState=${encodeURIComponent(relayState)}`]),
  ];
  if (key === null) return `${url}?${parts.join('&')}`;
  parts.push(`SigAlg=${encodeURIComponent(algorithm)}`);
  const signature = sign(algorithm === SHA1 ? 'sha1' : 'sha256', Buffer.from(parts.join('&')), key).toString('base64');
  return `${url}?${parts.join('&')}&Signature=${encodeURIComponent(signature)}`;
}
