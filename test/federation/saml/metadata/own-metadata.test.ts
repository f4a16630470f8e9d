import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { OwnKey } from '../../../../src/federation/contract/connector-kind.js';
import { elementsOf, parseXml, textIn, type XmlElement } from '../../../../src/federation/saml/reader/xml.js';
import { ADDRESSES, connectorTo, ownKey } from '../connector.js';

async function described(connection: object = {}, ownKeys?: readonly OwnKey[]) {
  const description = await connectorTo({ connection, ...(ownKeys && { ownKeys }) }).describe?.();
  if (!description) throw new Error('It has no description.');
  const entity = parseXml(description.body);
  const [role] = elementsOf(entity);
  if (!role) throw new Error('It has no role.');
  return { ...description, entity, role };
}

const namesOf = (element: XmlElement): readonly string[] => elementsOf(element).map(({ name }) => name);
const attributesOf = ({ attributes }: XmlElement): object => Object.fromEntries(attributes);

/** Each key with its use, by the name in its certificate. */
const keysOf = (role: XmlElement): readonly string[] =>
  elementsOf(role)
    .filter(({ name }) => name === 'KeyDescriptor')
    .map((key) => {
      let inner: XmlElement = key;
      for (let next = elementsOf(inner)[0]; next; next = elementsOf(inner)[0]) inner = next;
      const { subject } = new X509Certificate(Buffer.from(textIn(inner) ?? '', 'base64'));
      return `${key.attributes.get('use')} ${subject}`;
    });

describe('our metadata', () => {
  test('say who we are, and where answers and sign-outs go, in the order of the schema', async () => {
    const { contentType, entity, role } = await described();
    expect(contentType).toBe('application/samlmetadata+xml');
    expect(attributesOf(entity)).toEqual({ entityID: ADDRESSES.description });
    expect(attributesOf(role)).toEqual({
      protocolSupportEnumeration: 'urn:oasis:names:tc:SAML:2.0:protocol',
      ...{ AuthnRequestsSigned: 'true', WantAssertionsSigned: 'true' },
    });
    expect(namesOf(role)).toEqual([
      ...['KeyDescriptor', 'KeyDescriptor', 'SingleLogoutService', 'SingleLogoutService', 'AssertionConsumerService'],
    ]);
    expect(elementsOf(role).slice(2).map(attributesOf)).toEqual([
      { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: ADDRESSES.signOut },
      { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: ADDRESSES.signOut },
      {
        ...{ Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: ADDRESSES.callback },
        ...{ index: '0', isDefault: 'true' },
      },
    ]);
  });

  test('say what the settings say', async () => {
    const entityId = 'urn:us?a&b="c"';
    const { entity, role } = await described({
      ...{ entityId, signRequests: false, signed: 'any', nameIdFormat: 'persistent' },
    });
    expect(entity.attributes.get('entityID')).toBe(entityId);
    expect(role.attributes.get('AuthnRequestsSigned')).toBe('false');
    expect(role.attributes.get('WantAssertionsSigned')).toBe('false');
    const formats = elementsOf(role).filter(({ name }) => name === 'NameIDFormat');
    expect(formats.map(textIn)).toEqual(['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent']);
  });

  test('announce the next key before it signs, and let nobody encrypt for a former one', async () => {
    const keys = [ownKey('next', 'sp-next'), ownKey('current', 'sp'), ownKey('former', 'sp-former')];
    const { role, body } = await described({}, keys);
    expect(keysOf(role)).toEqual(['signing CN=sp-next', 'signing CN=sp', 'encryption CN=sp']);
    expect(body).not.toContain('PRIVATE');
  });
});
