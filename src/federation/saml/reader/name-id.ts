import type { SamlNameId } from './reader.js';
import { must, SamlRefused } from './refusals.js';
import { trimmedTextIn, type XmlElement } from './xml.js';

/** In characters (SAML Core 8.3.7 says 256 for a persistent one). */
const LONGEST = 1024;

/** @throws SamlRefused */
export function nameIdOf(element: XmlElement): SamlNameId {
  const value = trimmedTextIn(element);
  if (value === undefined || value === '') throw new SamlRefused('saml-subject');
  const { attributes } = element;
  const [format, nameQualifier, spNameQualifier] = ['Format', 'NameQualifier', 'SPNameQualifier'].map((name) =>
    attributes.get(name),
  );
  must(
    [value, format, nameQualifier, spNameQualifier].every((each) => (each?.length ?? 0) <= LONGEST),
    'saml-subject',
  );
  return {
    value,
    ...(format !== undefined && { format }),
    ...(nameQualifier !== undefined && { nameQualifier }),
    ...(spNameQualifier !== undefined && { spNameQualifier }),
  };
}
