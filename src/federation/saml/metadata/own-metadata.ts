import type { OwnKey } from '../../contract/connector-kind.js';
import type { ConnectorAddresses } from '../../contract/redirect-connector.js';
import { DSIG, SAMLP } from '../reader/names.js';
import { formatUri } from '../settings/name-id-formats.js';
import type { SamlSettings } from '../settings/saml-settings.js';
import { element, text, type WrittenXml } from '../xml-writer.js';

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata';
const BINDINGS = 'urn:oasis:names:tc:SAML:2.0:bindings:';

/** Our name to the provider. */
export const ownEntityId = (
  { connection }: Pick<SamlSettings, 'connection'>,
  { description }: Pick<ConnectorAddresses, 'description'>,
): string => connection.entityId ?? description;

/**
 * This connector as a service provider (SAML Metadata 2.4.4). Each of our certificates is announced before it is used: providers that read this
 * now and then notice no roll-over.
 */
export function ownMetadata(
  settings: SamlSettings,
  addresses: ConnectorAddresses,
  keys: readonly OwnKey[],
): WrittenXml {
  const { signRequests, signed, nameIdFormat } = settings.connection;
  return element(
    'md:EntityDescriptor',
    { 'xmlns:md': MD, 'xmlns:ds': DSIG, entityID: ownEntityId(settings, addresses) },
    element(
      'md:SPSSODescriptor',
      {
        protocolSupportEnumeration: SAMLP,
        AuthnRequestsSigned: String(signRequests),
        WantAssertionsSigned: String(signed === 'assertion' || signed === 'both'),
      },
      ...keys.filter(({ state }) => state !== 'former').map((key) => keyDescriptor('signing', key)),
      // What was encrypted for the former key can still be opened, and nothing more should be.
      ...keys.filter(({ state }) => state === 'current').map((key) => keyDescriptor('encryption', key)),
      ...(['HTTP-Redirect', 'HTTP-POST'] as const).map((binding) =>
        element('md:SingleLogoutService', { Binding: `${BINDINGS}${binding}`, Location: addresses.signOut }),
      ),
      ...(nameIdFormat === undefined ? [] : [element('md:NameIDFormat', {}, text(formatUri(nameIdFormat)))]),
      element('md:AssertionConsumerService', {
        ...{ Binding: `${BINDINGS}HTTP-POST`, Location: addresses.callback, index: '0', isDefault: 'true' },
      }),
    ),
  );
}

const keyDescriptor = (use: 'signing' | 'encryption', { certificate }: OwnKey): WrittenXml =>
  element(
    'md:KeyDescriptor',
    { use },
    element(
      'ds:KeyInfo',
      {},
      element('ds:X509Data', {}, element('ds:X509Certificate', {}, text(certificate.toString('base64')))),
    ),
  );
