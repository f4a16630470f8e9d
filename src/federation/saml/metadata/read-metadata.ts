import type { KeyObject, X509Certificate } from 'node:crypto';
import type { Instant } from '../../../base/clock.js';
import { SamlFailure } from '../faults.js';
import { isVerifyingKey } from '../reader/algorithms.js';
import { DSIG, SAMLP } from '../reader/names.js';
import { SamlRefused } from '../reader/refusals.js';
import { timeIn } from '../reader/times.js';
import { verifiedElement, WrittenMessage } from '../reader/verify.js';
import { childrenOf, elementsOf, isNamed, parseXml, textIn, type XmlElement, type XmlLimits } from '../reader/xml.js';
import { certificateIn } from '../settings/certificate-text.js';

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
  readonly wantsSignedRequests: boolean;
  /** From then on it is not used. */
  readonly validUntil?: Instant;
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
    const found = entityIn(root, entityId);
    if (!found) throw new SamlFailure('metadata-entity', details(root, entityId));
    const entity = signedBy ? signedEntity(xml, { root, ...found }, entityId, signedBy) : found.element;
    const ends = [root, entity].flatMap(({ attributes }) => timeIn(attributes, 'validUntil', 'saml-time') ?? []);
    const described = describedIn(entity, entityId);
    if (ends.some((end) => end <= at)) throw new SamlFailure('metadata-expired');
    return { ...described, ...(ends.length > 0 && { validUntil: Math.min(...ends) }) };
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
}

/** The entity of this name, in a document that may nest lists of them. */
function entityIn(element: XmlElement, entityId: string, path: readonly number[] = []): FoundEntity | undefined {
  if (isNamed(element, MD, 'EntityDescriptor'))
    return element.attributes.get('entityID') === entityId ? { element, path } : undefined;
  if (!isNamed(element, MD, 'EntitiesDescriptor')) return undefined;
  for (const [place, child] of elementsOf(element).entries()) {
    const found = entityIn(child, entityId, [...path, place]);
    if (found) return found;
  }
  return undefined;
}

/** The entity in the bytes that were verified. @throws SamlFailure if neither it nor the whole document is signed by this key */
function signedEntity(
  xml: string,
  { root, element, path }: FoundEntity & { readonly root: XmlElement },
  entityId: string,
  key: KeyObject,
): XmlElement {
  try {
    const message = new WrittenMessage(xml);
    const own = path.length > 0 ? verifiedElement(message, { element, path }, [key], METADATA) : undefined;
    const verified = own ?? verifiedElement(message, { element: root, path: [] }, [key], METADATA);
    if (!verified) throw new SamlFailure('metadata-not-signed');
    const found = entityIn(verified.element, entityId);
    const [end] = [timeIn(verified.element.attributes, 'validUntil', 'saml-time')];
    if (!found) throw new SamlFailure('metadata-entity');
    // The end of the signed list is the end of each of its parts.
    return end === undefined || found.path.length === 0 ? found.element : withEnd(found.element, end);
  } catch (error) {
    throw error instanceof SamlRefused ? new SamlFailure('metadata-signature', undefined, { cause: error }) : error;
  }
}

function withEnd(entity: XmlElement, end: Instant): XmlElement {
  const own = timeIn(entity.attributes, 'validUntil', 'saml-time') ?? end;
  const attributes = new Map(entity.attributes).set('validUntil', new Date(Math.min(own, end)).toISOString());
  return { ...entity, attributes };
}

function describedIn(entity: XmlElement, entityId: string): DescribedProvider {
  const role = childrenOf(entity, MD, 'IDPSSODescriptor').find(({ attributes }) =>
    attributes.get('protocolSupportEnumeration')?.split(/\s+/).includes(SAMLP),
  );
  if (!role) throw new SamlFailure('metadata-no-sign-in');
  const signIn = endpointsIn(role, 'SingleSignOnService');
  if (!signIn.redirect && !signIn.post) throw new SamlFailure('metadata-no-sign-in');
  const certificates = certificatesIn(role);
  if (certificates.length === 0) throw new SamlFailure('no-signing-certificate');
  return {
    ...{ entityId, signIn, signOut: endpointsIn(role, 'SingleLogoutService'), certificates },
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

/** Browsers go there, so nothing but the web will do. */
const webAddress = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= 2000 && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;

/** All that may have signed: whoever rolls a key over lists two, and one without a use is for both. */
function certificatesIn(role: XmlElement): readonly X509Certificate[] {
  return childrenOf(role, MD, 'KeyDescriptor')
    .filter(({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing')
    .flatMap((key) => childrenOf(key, DSIG, 'KeyInfo'))
    .flatMap((info) => childrenOf(info, DSIG, 'X509Data'))
    .flatMap((data) => childrenOf(data, DSIG, 'X509Certificate'))
    .flatMap((each) => certificateIn(textIn(each) ?? '') ?? [])
    .filter(({ publicKey }) => isVerifyingKey(publicKey));
}
