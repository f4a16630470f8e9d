import { ENVELOPED, EXCLUSIVE, isDigestAlgorithm, isSignatureAlgorithm } from './algorithms.js';
import { DSIG } from './names.js';
import { must, SamlRefused } from './refusals.js';
import { childrenOf, elementsOf, isNamed, type XmlElement } from './xml.js';

/** The signatures that a schema of SAML allows an element to have: at most one, among its children. @throws SamlRefused if there are more */
export function signatureOf(element: XmlElement): XmlElement | undefined {
  const signatures = childrenOf(element, DSIG, 'Signature');
  must(signatures.length <= 1, 'saml-signature-shape');
  return signatures[0];
}

/**
 * Checks that a signature is what SAML Core 5.4 allows, before a program that allows more reads it: one reference, to the id of the element
 * around it, by exclusive canonicalization, with accepted algorithms.
 *
 * @throws SamlRefused
 */
export function checkShape(signature: XmlElement, id: string | undefined): void {
  const [info, value, keyInfo, ...others] = elementsOf(signature);
  const hasValue = value !== undefined && isNamed(value, DSIG, 'SignatureValue') && elementsOf(value).length === 0;
  if (!info || !isNamed(info, DSIG, 'SignedInfo') || !hasValue) throw new SamlRefused('saml-signature-shape');
  must(others.length === 0 && (!keyInfo || isNamed(keyInfo, DSIG, 'KeyInfo')), 'saml-signature-shape');
  const [canonicalization, method, reference, ...more] = elementsOf(info);
  must(more.length === 0, 'saml-signature-shape');
  must(algorithmOf(canonicalization, 'CanonicalizationMethod') === EXCLUSIVE, 'saml-signature-algorithm');
  const algorithm = algorithmOf(method, 'SignatureMethod');
  must(isSignatureAlgorithm(algorithm), 'saml-signature-algorithm');
  checkReference(reference, id);
}

function checkReference(reference: XmlElement | undefined, id: string | undefined): void {
  if (!reference || !isNamed(reference, DSIG, 'Reference')) throw new SamlRefused('saml-signature-shape');
  const isOfParent = id !== undefined && /^[\w.-]+$/.test(id) && reference.attributes.get('URI') === `#${id}`;
  must(isOfParent, 'saml-signature-shape');
  const [transforms, digest, value, ...others] = elementsOf(reference);
  const isWhole = transforms && value && isNamed(value, DSIG, 'DigestValue') && others.length === 0;
  if (!isWhole || !isNamed(transforms, DSIG, 'Transforms')) throw new SamlRefused('saml-signature-shape');
  must(isDigestAlgorithm(algorithmOf(digest, 'DigestMethod')), 'saml-signature-algorithm');
  const [enveloped, canonical, ...more] = elementsOf(transforms).map((each) => algorithmOf(each, 'Transform'));
  must(enveloped === ENVELOPED && canonical === EXCLUSIVE && more.length === 0, 'saml-signature-algorithm');
}

function algorithmOf(element: XmlElement | undefined, name: string): string {
  if (!element || !isNamed(element, DSIG, name)) throw new SamlRefused('saml-signature-shape');
  const isShort = elementsOf(element).every(
    ({ attributes }) => (attributes.get('PrefixList')?.length ?? 0) <= LONGEST_PREFIX_LIST,
  );
  must(isShort, 'saml-signature-shape');
  return element.attributes.get('Algorithm') ?? '';
}

/** In characters. Canonicalization compares each prefix with every namespace of a message: a long list costs most of its reading. */
const LONGEST_PREFIX_LIST = 1000;
