import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import type { OwnKey } from '../../contract/connector-kind.js';
import type { BrowserTarget } from '../../contract/redirect-connector.js';
import type { SamlBinding } from '../metadata/read-metadata.js';
import { ENVELOPED, EXCLUSIVE } from '../reader/algorithms.js';
import type { WrittenXml } from '../xml-writer.js';

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** A message to send. */
export interface SentMessage {
  readonly kind: 'SAMLRequest' | 'SAMLResponse';
  /** With an `ID`, and an `Issuer` as its first child. */
  readonly xml: WrittenXml;
  readonly relayState?: string;
  /** More parameters, which are no part of SAML and not signed. */
  readonly more?: ReadonlyMap<string, string>;
}

/** How the browser takes a message there. @param key signs it; absent: it is not signed */
export function send(
  message: SentMessage,
  to: { readonly url: string; readonly binding: SamlBinding },
  key: OwnKey | undefined,
): BrowserTarget {
  switch (to.binding) {
    case 'redirect':
      return { url: redirected(message, to.url, key) };
    case 'post':
      return { url: withParameters(to.url, message.more), form: posted(message, key) };
  }
}

/** SAML Bindings 3.4.4.1: what is signed are the characters of the query as they are sent. */
function redirected({ kind, xml, relayState, more }: SentMessage, url: string, key: OwnKey | undefined): string {
  const parameters = [
    [kind, deflateRawSync(Buffer.from(xml)).toString('base64')],
    ...(relayState === undefined ? [] : [['RelayState', relayState]]),
    ...(key ? [['SigAlg', RSA_SHA256]] : []),
  ];
  const query = parameters.map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`).join('&');
  const signature = key && sign('sha256', Buffer.from(query), key.privateKey).toString('base64');
  const signed = signature === undefined ? query : `${query}&Signature=${encodeURIComponent(signature)}`;
  const address = withParameters(url, more);
  return `${address}${address.includes('?') ? '&' : '?'}${signed}`;
}

/** SAML Bindings 3.5.4. */
function posted({ kind, xml, relayState }: SentMessage, key: OwnKey | undefined): ReadonlyMap<string, string> {
  const message = key ? signed(xml, key) : xml;
  return new Map([
    [kind, Buffer.from(message).toString('base64')],
    ...(relayState === undefined ? [] : [['RelayState', relayState] as const]),
  ]);
}

function withParameters(url: string, more: ReadonlyMap<string, string> | undefined): string {
  if (!more || more.size === 0) return url;
  const address = new URL(url);
  for (const [name, value] of more) address.searchParams.set(name, value);
  return address.href;
}

/** SAML Core 5.4: the signature follows the issuer, and covers the whole message. */
function signed(xml: WrittenXml, { privateKey, certificate }: OwnKey): string {
  const signer = new SignedXml({
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    publicCert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    ...{ signatureAlgorithm: RSA_SHA256, canonicalizationAlgorithm: EXCLUSIVE },
  });
  signer.addReference({ xpath: '/*', transforms: [ENVELOPED, EXCLUSIVE], digestAlgorithm: SHA256 });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: "/*/*[local-name()='Issuer']", action: 'after' },
  });
  return signer.getSignedXml();
}
