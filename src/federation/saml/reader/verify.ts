import type { KeyObject } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { restrict } from './algorithms.js';
import { DSIG } from './names.js';
import { must, Refused } from './refusals.js';
import { checkShape, signatureOf } from './signature-shape.js';
import { isNamed, parseXml, type XmlElement, type XmlLimits } from './xml.js';

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
 * @param xml the whole message, which {@link parseXml} has read
 * @param element of that message, at `path`
 * @returns undefined if the element has no signature
 * @throws Refused if it has one that is not accepted or wrong; `unknownKey` if it is right but for the key
 */
export function verifiedElement(
  xml: string,
  { element, path }: { readonly element: XmlElement; readonly path: ElementPath },
  keys: readonly KeyObject[],
  limits?: XmlLimits,
): SignedElement | undefined {
  const signature = signatureOf(element);
  if (!signature) return undefined;
  const id = element.attributes.get('ID');
  checkShape(signature, id);
  const signed = signedBytes(xml, path, keys);
  const read = parseXml(signed, limits);
  must(isNamed(read, element.namespace, element.name) && read.attributes.get('ID') === id, 'saml-signature-shape');
  return { element: read, xml: signed };
}

function signedBytes(xml: string, path: ElementPath, keys: readonly KeyObject[]): string {
  const [key] = keys;
  if (!key) throw new Refused('saml-signature', { unknownKey: true });
  const signed = new SignedXml({
    // Whoever signed is known by our settings, never by what the message says.
    getCertFromKeyInfo: () => null,
    // Our algorithms try all keys; the library asks for one.
    publicCert: key.export({ type: 'spki', format: 'pem' }),
  });
  restrict(signed, keys);
  let isIntact = false;
  try {
    signed.loadSignature(signatureNode(xml, path));
    isIntact = signed.checkSignature(xml);
  } catch (error) {
    // The library says so of a value that no key verifies, where the digest is right.
    const isUnknown = error instanceof Error && error.message.startsWith('invalid signature: the signature value');
    throw new Refused('saml-signature', { unknownKey: isUnknown });
  }
  const [bytes, ...others] = signed.getSignedReferences();
  if (!isIntact || bytes === undefined || others.length > 0) throw new Refused('saml-signature');
  return bytes;
}

/** Its signature in the library's own reading of the message. */
function signatureNode(xml: string, path: ElementPath): Node {
  let node: Element = silentParser().parseFromString(xml, 'text/xml').documentElement;
  for (const place of path) {
    const child = childElements(node)[place];
    if (!child) throw new Refused('saml-xml');
    node = child;
  }
  const found = childElements(node).find((child) => child.namespaceURI === DSIG && child.localName === 'Signature');
  if (!found) throw new Refused('saml-xml');
  return found;
}

const childElements = (parent: Element): Element[] =>
  Array.from(parent.childNodes).filter((child): child is Element => child.nodeType === 1);

/** What the strict pass took and this parser does not is refused; by default it writes warnings to the console and goes on. */
const silentParser = (): DOMParser =>
  new DOMParser({
    errorHandler: () => {
      throw new Refused('saml-xml');
    },
  });
