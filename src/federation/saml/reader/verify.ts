import type { KeyObject } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { restrict } from './algorithms.js';
import { DSIG } from './names.js';
import { must, SamlRefused } from './refusals.js';
import { checkShape, signatureOf } from './signature-shape.js';
import { isNamed, parseXml, type XmlElement, type XmlLimits } from './xml.js';

/** A message as text, and as the library reads it: once, since a response and its assertion may both be signed, and that costs most. */
export class WrittenMessage {
  readonly xml: string;
  #root: Element | undefined;

  constructor(xml: string) {
    this.xml = xml;
  }

  /** @throws SamlRefused if the library reads what the strict pass took as something else */
  root(): Element {
    this.#root ??= silentParser().parseFromString(this.xml, 'text/xml').documentElement;
    return this.#root;
  }
}

/** The way to an element from the root: the place of a child among the child elements of its parent, for each step. Empty: the root. */
export type ElementPath = readonly number[];

export interface SignedElement {
  /** A tree of the bytes that were verified. */
  readonly element: XmlElement;
  /** These bytes, as text. */
  readonly xml: string;
}

/**
 * Verifies the signature of an element, if it has one.
 *
 * @param message the whole one, which {@link parseXml} has read
 * @param element of that message, at `path`
 * @returns undefined if the element has no signature
 * @throws SamlRefused if it has one that is not accepted or wrong; `unknownKey` if it is right but for the key
 */
export function verifiedElement(
  message: WrittenMessage,
  { element, path }: { readonly element: XmlElement; readonly path: ElementPath },
  keys: readonly KeyObject[],
  limits?: XmlLimits,
): SignedElement | undefined {
  const signature = signatureOf(element);
  if (!signature) return undefined;
  const id = element.attributes.get('ID');
  checkShape(signature, id);
  const signed = signedBytes(message, path, keys);
  const read = parseXml(signed, limits);
  must(isNamed(read, element.namespace, element.name) && read.attributes.get('ID') === id, 'saml-signature-shape');
  return { element: read, xml: signed };
}

function signedBytes(message: WrittenMessage, path: ElementPath, keys: readonly KeyObject[]): string {
  const [key] = keys;
  if (!key) throw new SamlRefused('saml-signature', { unknownKey: true });
  const signed = new SignedXml({
    // Whoever signed is known by our settings, never by what the message says.
    getCertFromKeyInfo: () => null,
    // Our algorithms try all keys; the library asks for one.
    publicCert: key.export({ type: 'spki', format: 'pem' }),
  });
  // One look for each: SAML has this one, and the strict pass found it once.
  signed.idAttributes = ['ID'];
  restrict(signed, keys);
  let isIntact = false;
  try {
    signed.loadSignature(signatureNode(message, path));
    isIntact = signed.checkSignature(message.xml);
  } catch (error) {
    // The library says so of a value that no key verifies, where the digest is right.
    const isUnknown = error instanceof Error && error.message.startsWith('invalid signature: the signature value');
    throw new SamlRefused('saml-signature', { unknownKey: isUnknown });
  }
  const [bytes, ...others] = signed.getSignedReferences();
  if (!isIntact || bytes === undefined || others.length > 0) throw new SamlRefused('saml-signature');
  return bytes;
}

/** Its signature in the library's own reading of the message. */
function signatureNode(message: WrittenMessage, path: ElementPath): Node {
  let node = message.root();
  for (const place of path) {
    const child = childElements(node)[place];
    if (!child) throw new SamlRefused('saml-xml');
    node = child;
  }
  const found = childElements(node).find((child) => child.namespaceURI === DSIG && child.localName === 'Signature');
  if (!found) throw new SamlRefused('saml-xml');
  return found;
}

const childElements = (parent: Element): Element[] =>
  Array.from(parent.childNodes).filter((child): child is Element => child.nodeType === 1);

/** What the strict pass took and this parser does not is refused; by default it writes warnings to the console and goes on. */
const silentParser = (): DOMParser =>
  new DOMParser({
    errorHandler: () => {
      throw new SamlRefused('saml-xml');
    },
  });
