import type { KeyObject, X509Certificate } from 'node:crypto';
import type { Instant } from '../../../base/clock.js';
import { SamlFailure } from '../faults.js';
import { isVerifyingKey } from '../reader/algorithms.js';
import { DSIG, SAMLP } from '../reader/names.js';
import { SamlRefused } from '../reader/refusals.js';
import { verifiedElement, WrittenMessage } from '../reader/verify.js';
import { childrenOf, elementsOf, isNamed, parseXml, textIn, type XmlElement, type XmlLimits } from '../reader/xml.js';
import { certificateIn, keyName } from '../settings/certificate-text.js';
import { isWebAddress } from '../settings/web-address.js';
import { validityOf } from './validity.js';

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata';
const BINDINGS = 'urn:oasis:names:tc:SAML:2.0:bindings:';

/** A federation lists many providers. Whoever gives metadata is trusted more than whoever sends a message. */
const METADATA: XmlLimits = { elements: 50_000, depth: 32, attributes: 64, allAttributes: 100_000 };

/** Where a provider takes messages of one kind. `response`: where it takes answers, if elsewhere. */
export interface SamlEndpoint {
  readonly url: string;
  readonly response?: string;
}

export type SamlBinding = 'redirect' | 'post';
export type SamlEndpoints = Partial<Record<SamlBinding, SamlEndpoint>>;

/** A provider, as its metadata or the settings describe it. */
export interface DescribedProvider {
  readonly entityId: string;
  readonly signIn: SamlEndpoints;
  readonly signOut: SamlEndpoints;
  /** Of its signatures; those that no accepted algorithm uses are left out. */
  readonly certificates: readonly X509Certificate[];
  /** The keys that were left out, such as `ed25519`, for whoever looks at the connector. Absent: none. */
  readonly unusableKeys?: readonly string[];
  readonly wantsSignedRequests: boolean;
  /** From then on it is not used. */
  readonly validUntil?: Instant;
  /** For so many milliseconds it need not be read again (`cacheDuration`). Absent: it does not say. */
  readonly cacheFor?: number;
}

/**
 * Reads the metadata of one provider (SAML Metadata 2.3 and 2.4): a document about it, or about many.
 *
 * @param wanted.signedBy who has to have signed the document or the part about the provider
 * @throws SamlFailure
 */
export function readMetadata(
  xml: string,
  { entityId, at, signedBy }: { readonly entityId: string; readonly at: Instant; readonly signedBy?: KeyObject },
): DescribedProvider {
  try {
    const root = parseXml(xml, METADATA);
    const written = entityIn(root, entityId);
    if (!written) throw new SamlFailure('metadata-entity', details(root, entityId));
    const found = signedBy ? signedEntity(xml, { root, written }, entityId, signedBy) : written;
    const role = roleIn(found.element);
    const described = describedIn(role, entityId);
    const validity = validityOf([...found.around, found.element, role]);
    if (validity.validUntil !== undefined && validity.validUntil <= at) throw new SamlFailure('metadata-expired');
    return { ...described, ...validity };
  } catch (error) {
    if (error instanceof SamlRefused)
      throw new SamlFailure('metadata-invalid', { found: error.reason }, { cause: error });
    throw error;
  }
}

function details(root: XmlElement, expected: string): { readonly expected: string; readonly found?: string } {
  const found = root.attributes.get('entityID');
  return { expected, ...(found !== undefined && { found: found.slice(0, 255) }) };
}

interface FoundEntity {
  readonly element: XmlElement;
  readonly path: readonly number[];
  /** The lists in which it stands: what ends one of them ends it. */
  readonly around: readonly XmlElement[];
}

/** The entity of this name, in a document that may nest lists of them. */
function entityIn(
  element: XmlElement,
  entityId: string,
  { path, around }: Pick<FoundEntity, 'path' | 'around'> = { path: [], around: [] },
): FoundEntity | undefined {
  if (isNamed(element, MD, 'EntityDescriptor'))
    return element.attributes.get('entityID') === entityId ? { element, path, around } : undefined;
  if (!isNamed(element, MD, 'EntitiesDescriptor')) return undefined;
  for (const [place, child] of elementsOf(element).entries()) {
    const found = entityIn(child, entityId, { path: [...path, place], around: [...around, element] });
    if (found) return found;
  }
  return undefined;
}

/** The entity in the bytes that were verified. @throws SamlFailure if neither it nor the whole document is signed by this key */
function signedEntity(
  xml: string,
  { root, written }: { readonly root: XmlElement; readonly written: FoundEntity },
  entityId: string,
  key: KeyObject,
): FoundEntity {
  const message = new WrittenMessage(xml);
  let failure = new SamlFailure('metadata-not-signed');
  // A provider may have signed its own part, and the federation the list around it.
  for (const part of written.path.length > 0 ? [written, { element: root, path: [] }] : [written]) {
    try {
      const verified = verifiedElement(message, part, [key], METADATA);
      const found = verified && entityIn(verified.element, entityId);
      if (found) return { ...found, around: [...written.around, ...found.around] };
    } catch (error) {
      if (!(error instanceof SamlRefused)) throw error;
      failure = new SamlFailure('metadata-signature', undefined, { cause: error });
    }
  }
  throw failure;
}

function roleIn(entity: XmlElement): XmlElement {
  const role = childrenOf(entity, MD, 'IDPSSODescriptor').find(({ attributes }) =>
    attributes.get('protocolSupportEnumeration')?.split(/\s+/).includes(SAMLP),
  );
  if (!role) throw new SamlFailure('metadata-no-sign-in');
  return role;
}

function describedIn(role: XmlElement, entityId: string): DescribedProvider {
  const signIn = endpointsIn(role, 'SingleSignOnService');
  if (!signIn.redirect && !signIn.post) throw new SamlFailure('metadata-no-sign-in');
  const all = certificatesIn(role);
  const certificates = all.filter(({ publicKey }) => isVerifyingKey(publicKey));
  const unusableKeys = all.filter((each) => !certificates.includes(each)).map(keyName);
  if (certificates.length === 0)
    throw new SamlFailure(
      'no-signing-certificate',
      unusableKeys[0] === undefined ? undefined : { found: unusableKeys[0] },
    );
  return {
    ...{ entityId, signIn, signOut: endpointsIn(role, 'SingleLogoutService'), certificates },
    ...(unusableKeys.length > 0 && { unusableKeys }),
    wantsSignedRequests: ['true', '1'].includes(role.attributes.get('WantAuthnRequestsSigned') ?? ''),
  };
}

function endpointsIn(role: XmlElement, name: string): SamlEndpoints {
  const services = childrenOf(role, MD, name);
  const at = (binding: string): SamlEndpoint | undefined => {
    const found = services.find(({ attributes }) => attributes.get('Binding') === `${BINDINGS}${binding}`);
    const url = webAddress(found?.attributes.get('Location'));
    const response = webAddress(found?.attributes.get('ResponseLocation'));
    return url === undefined ? undefined : { url, ...(response !== undefined && { response }) };
  };
  const [redirect, post] = [at('HTTP-Redirect'), at('HTTP-POST')];
  return { ...(redirect && { redirect }), ...(post && { post }) };
}

/** Browsers take people and messages there. */
const webAddress = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= 2000 && isWebAddress(text) ? text : undefined;

/** All that may have signed: whoever rolls a key over lists two, and one without a use is for both. */
function certificatesIn(role: XmlElement): readonly X509Certificate[] {
  return childrenOf(role, MD, 'KeyDescriptor')
    .filter(({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing')
    .flatMap((key) => childrenOf(key, DSIG, 'KeyInfo'))
    .flatMap((info) => childrenOf(info, DSIG, 'X509Data'))
    .flatMap((data) => childrenOf(data, DSIG, 'X509Certificate'))
    .flatMap((each) => certificateIn(textIn(each) ?? '') ?? []);
}
