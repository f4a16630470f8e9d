import { type CertifiedKeys, rsaKeys } from './keys.js';
import { IDP } from './response.js';
import { signed } from './sign.js';

const B = 'urn:oasis:names:tc:SAML:2.0:bindings:';

export interface WrittenMetadata {
  readonly entityId?: string;
  readonly validUntil?: string;
  /** In their order, each with its use; null: none is said. */
  readonly keys?: readonly (readonly [use: 'signing' | 'encryption' | null, certificate: string])[];
  readonly sso?: readonly (readonly [binding: string, location: string])[];
  readonly slo?: string;
  readonly wantsSigned?: boolean;
  readonly protocol?: string;
  readonly id?: string;
}

export const base64Of = ({ certificate }: Pick<CertifiedKeys, 'certificate'>): string => certificate.toString('base64');

const keyXml = ([use, certificate]: readonly [string | null, string]): string =>
  `<md:KeyDescriptor${use === null ? '' : ` use="${use}"`}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;

export function entityXml(written: WrittenMetadata = {}): string {
  const { entityId = IDP, keys = [['signing', base64Of(rsaKeys())]], validUntil, slo, id = '_e1' } = written;
  const {
    sso = [
      ['HTTP-Redirect', 'https://idp.example.com/sso'],
      ['HTTP-POST', 'https://idp.example.com/post'],
    ],
  } = written;
  const { protocol = 'urn:oasis:names:tc:SAML:2.0:protocol', wantsSigned = false } = written;
  return (
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ID="${id}" entityID="${entityId}"` +
    `${validUntil === undefined ? '' : ` validUntil="${validUntil}"`}><md:IDPSSODescriptor WantAuthnRequestsSigned="${String(wantsSigned)}" protocolSupportEnumeration="${protocol}">` +
    keys.map(keyXml).join('') +
    (slo === undefined
      ? ''
      : `<md:SingleLogoutService Binding="${B}HTTP-Redirect" Location="${slo}" ResponseLocation="${slo}/back"/>`) +
    sso
      .map(([binding, location]) => `<md:SingleSignOnService Binding="${B}${binding}" Location="${location}"/>`)
      .join('') +
    '</md:IDPSSODescriptor></md:EntityDescriptor>'
  );
}

export const entitiesXml = (entities: readonly string[], validUntil?: string): string =>
  `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_all"${validUntil === undefined ? '' : ` validUntil="${validUntil}"`}>${entities.join('')}</md:EntitiesDescriptor>`;

export const signedMetadata = (xml: string, path = '/*', keys = rsaKeys('federation')): string =>
  signed(xml, path, { key: keys.privateKey });
