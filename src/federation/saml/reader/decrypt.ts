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
    const { algorithm, copy } = checkedCopy(encrypted);
    const xml = xmlOf(copy);
    const content = keys.map((key) => opened(xml, key)).find((each) => each !== undefined);
    if (content === undefined) throw new SamlRefused('saml-decryption');
    return { element: parseXml(content), xml: content, isMalleable: MALLEABLE.has(algorithm) };
  } catch {
    throw new SamlRefused('saml-decryption');
  }
}

/**
 * Checks the algorithms, all of which a stranger may have chosen, and writes what is encrypted anew from the parts that were checked: the library
 * takes the first elements of a name, wherever they stand and whatever their namespace.
 *
 * The key stands in `KeyInfo` of the content or beside the content (SAML Core 6.1), where a `RetrievalMethod` may point to it.
 */
function checkedCopy(encrypted: XmlElement): { readonly algorithm: string; readonly copy: XmlElement } {
  const data = onlyIn([encrypted], 'EncryptedData');
  const key = onlyIn([encrypted, ...childrenOf(data, DSIG, 'KeyInfo')], 'EncryptedKey');
  const [method, keyMethod] = [onlyIn([data], 'EncryptionMethod'), onlyIn([key], 'EncryptionMethod')];
  const [algorithm, transport] = [algorithmOf(method), algorithmOf(keyMethod)];
  const [value, keyValue] = [cipherValue(data), cipherValue(key)];
  const isOpenable = (AUTHENTICATED.has(algorithm) && isWhole(value)) || MALLEABLE.has(algorithm);
  if (!isOpenable || !KEY_TRANSPORT.has(transport)) throw new SamlRefused('saml-decryption');
  const parameters = elementsOf(keyMethod).filter((each) =>
    KEY_PARAMETERS.some(([namespace, name]) => isNamed(each, namespace, name)),
  );
  const keyCopy = written('EncryptedKey', [methodCopy(transport, parameters), valueCopy(keyValue)]);
  const info: XmlElement = { namespace: DSIG, name: 'KeyInfo', attributes: new Map(), children: [keyCopy] };
  return { algorithm, copy: written('EncryptedData', [methodCopy(algorithm), info, valueCopy(value)]) };
}

/** Those of RSA-OAEP (XML Encryption 1.1 5.5.2). */
const KEY_PARAMETERS = [
  [DSIG, 'DigestMethod'],
  [XENC11, 'MGF'],
  [XENC, 'OAEPparams'],
] as const;

/** The one child of this name that they have together. */
function onlyIn(parents: readonly XmlElement[], name: string): XmlElement {
  const [only, ...others] = parents.flatMap((parent) => childrenOf(parent, XENC, name));
  if (!only || others.length > 0) throw new SamlRefused('saml-decryption');
  return only;
}

const algorithmOf = ({ attributes }: XmlElement): string => attributes.get('Algorithm') ?? '';
const cipherValue = (of: XmlElement): string => textIn(onlyIn([onlyIn([of], 'CipherData')], 'CipherValue')) ?? '';

const written = (
  name: string,
  children: XmlElement['children'],
  attributes = new Map<string, string>(),
): XmlElement => ({
  ...{ namespace: XENC, name, attributes, children },
});
const methodCopy = (algorithm: string, parameters: readonly XmlElement[] = []): XmlElement =>
  written('EncryptionMethod', parameters, new Map([['Algorithm', algorithm]]));
const valueCopy = (value: string): XmlElement => written('CipherData', [written('CipherValue', [value])]);

/** With its initialization vector and its whole tag (XML Encryption 5.2.4): a shorter tag is easier to guess. */
const isWhole = (value: string): boolean => Buffer.from(value, 'base64').length > GCM_IV + GCM_TAG;

/** In bytes. */
const GCM_IV = 12;
const GCM_TAG = 16;

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
