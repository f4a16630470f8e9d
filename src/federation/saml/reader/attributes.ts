import { SAML } from './names.js';
import { must } from './refusals.js';
import { childrenOf, elementsOf, isNamed, trimmedTextIn, type XmlElement } from './xml.js';

/** In characters: of a name, and of a value. */
const LONGEST_NAME = 512;
const LONGEST_VALUE = 10_000;

/**
 * The attributes of a person, by `Name` (SAML Core 2.7.3). Two attributes of one name are one with the values of both. A value without text is
 * left out, and with it an attribute without values. A value that is a `NameID` (eduPersonTargetedID) counts as its text; other values with
 * elements in them are left out, since nobody could say what their text is.
 *
 * @throws SamlRefused
 */
export function attributesOf(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, string[]>();
  for (const statement of childrenOf(assertion, SAML, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, SAML, 'Attribute')) {
      const name = attribute.attributes.get('Name') ?? '';
      must(name !== '' && name.length <= LONGEST_NAME, 'saml-attributes');
      const values = childrenOf(attribute, SAML, 'AttributeValue').flatMap(valueOf);
      must(
        values.every((value) => value.length <= LONGEST_VALUE),
        'saml-attributes',
      );
      if (values.length > 0) attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
    }
  }
  return attributes;
}

function valueOf(element: XmlElement): readonly string[] {
  const [inner, ...others] = elementsOf(element);
  const isName = inner !== undefined && others.length === 0 && isNamed(inner, SAML, 'NameID');
  const text = trimmedTextIn(isName ? inner : element);
  return text === undefined || text === '' ? [] : [text];
}
