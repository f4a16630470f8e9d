import type { KeyObject } from 'node:crypto';
import { decrypt } from 'xml-encryption';
import { DSIG, XENC } from './names.js';
import { SamlRefused } from './refusals.js';
import { childrenOf, elementsOf, isNamed, parseXml, textIn, type XmlElement, xmlOf } from './xml.js';

const XENC11 = 'http://www.w3.org/2009/xmlenc11#';

/** Content that says by itself whether somebody changed it. */
const AUTHENTICATED: ReadonlySet<string> = new Set([`${XENC11}aes128-gcm`, `${XENC11}aes256-gcm`]);
/** Content that does not: whoever sends it changed again and again learns what is in it, unless every failure looks alike. */
const MALLEABLE: ReadonlySet<string> = new Set([`${XENC}aes128-cbc`, `${XENC}aes256-cbc`]);
/** RSA-OAEP alone. The failures of RSA 1.5 tell what is in a key. */
const KEY_TRANSPORT: ReadonlySet<string> = new Set([`${XENC}rsa-oaep-mgf1p`, `${XENC11}rsa-oaep`]);

export interface Decrypted {
  readonly element: XmlElement;
  readonly xml: string;
  /** Somebody may have changed what was encrypted: it needs a signature of its own. */
  readonly isMalleable: boolean;
}

/**
 * Opens an element such as `EncryptedAssertion` (SAML Core 2.3.4), and reads what is in it as strictly as a message. Every failure is the same
 * one.
 *
 * @param keys all of ours; the first that opens it counts
 * @throws SamlRefused with `saml-decryption`
 */
export function decrypted(encrypted: XmlElement, keys: readonly KeyObject[]): Decrypted {
  try {
    const algorithm = contentAlgorithm(encrypted);
    const xml = xmlOf(withNestedKey(encrypted));
    const content = keys.map((key) => opened(xml, key)).find((each) => each !== undefined);
    if (content === undefined) throw new SamlRefused('saml-decryption');
    return { element: parseXml(content), xml: content, isMalleable: MALLEABLE.has(algorithm) };
  } catch {
    throw new SamlRefused('saml-decryption');
  }
}

/** Checks the algorithms, all of which a stranger may have chosen. */
function contentAlgorithm(root: XmlElement): string {
  const [data, ...others] = childrenOf(root, XENC, 'EncryptedData');
  const keys = all(root).filter((each) => isNamed(each, XENC, 'EncryptedKey'));
  if (!data || others.length > 0 || keys.length !== 1) throw new SamlRefused('saml-decryption');
  const algorithm = methodOf(data);
  const isOpenable = (AUTHENTICATED.has(algorithm) && isWhole(data)) || MALLEABLE.has(algorithm);
  if (!isOpenable || !keys.every((key) => KEY_TRANSPORT.has(methodOf(key)))) throw new SamlRefused('saml-decryption');
  return algorithm;
}

/** With its initialization vector and its whole tag (XML Encryption 5.2.4): a shorter tag is easier to guess. */
function isWhole(data: XmlElement): boolean {
  const [cipher] = childrenOf(data, XENC, 'CipherData');
  const [value] = cipher ? childrenOf(cipher, XENC, 'CipherValue') : [];
  return Buffer.from((value && textIn(value)) ?? '', 'base64').length > GCM_IV + GCM_TAG;
}

/** In bytes. */
const GCM_IV = 12;
const GCM_TAG = 16;

const all = (element: XmlElement): readonly XmlElement[] => [element, ...elementsOf(element).flatMap(all)];

function methodOf(element: XmlElement): string {
  const [method, ...others] = childrenOf(element, XENC, 'EncryptionMethod');
  if (!method || others.length > 0) throw new SamlRefused('saml-decryption');
  return method.attributes.get('Algorithm') ?? '';
}

function opened(encrypted: string, key: KeyObject): string | undefined {
  let content: string | undefined;
  const options = {
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    // The algorithms were checked, and by a list of ours.
    ...{ disallowDecryptionWithInsecureAlgorithm: false, warnInsecureAlgorithm: false },
  };
  try {
    // It calls back before it returns.
    decrypt(encrypted, options, (error, text) => {
      if (!error) content = String(text);
    });
  } catch {
    return undefined;
  }
  return content;
}

/**
 * The library looks for the key in `KeyInfo`, or where a `RetrievalMethod` points. A key may also stand beside the content with nothing that
 * points to it (SAML Core 6.1): then it is put into `KeyInfo`.
 */
function withNestedKey(encrypted: XmlElement): XmlElement {
  const [beside] = childrenOf(encrypted, XENC, 'EncryptedKey');
  if (!beside) return encrypted;
  const info: XmlElement = { namespace: DSIG, name: 'KeyInfo', attributes: new Map(), children: [beside] };
  const children = elementsOf(encrypted).flatMap((child) => {
    if (child === beside) return [];
    if (!isNamed(child, XENC, 'EncryptedData')) return [child];
    const [method, ...rest] = elementsOf(child).filter((each) => !isNamed(each, DSIG, 'KeyInfo'));
    return [{ ...child, children: [...(method ? [method] : []), info, ...rest] }];
  });
  return { ...encrypted, children };
}
