import { createPrivateKey } from 'node:crypto';
import { connectorAddresses } from '../../../src/federation/connectors/connector-addresses.js';
import { byKind, connectorSettings } from '../../../src/federation/connectors/connector-settings.js';
import type { ConnectorEvent, OwnKey } from '../../../src/federation/contract/connector-kind.js';
import type {
  RedirectConnector,
  RedirectOutcome,
  RedirectRequest,
} from '../../../src/federation/contract/redirect-connector.js';
import { samlKind } from '../../../src/federation/saml/saml-kind.js';
import { samlSettings } from '../../../src/federation/saml/settings/saml-settings.js';
import { sentRequest } from '../../flows/saml-realm.js';
import { pemOf, rsaKeys } from './stand-in/keys.js';
import { posted, response, type Written } from './stand-in/response.js';

export const ADDRESSES = connectorAddresses(new URL('https://id.example.com'), 'partner');
export const PROVIDER = 'https://idp.partner.test/metadata';
export const STATE = 'uid.state';

export interface SamlConnector extends RedirectConnector {
  readonly events: readonly ConnectorEvent[];
}

export interface WrittenConnector {
  readonly preset?: string;
  readonly connection?: object;
  readonly subject?: object;
  readonly ownKeys?: readonly OwnKey[];
}

export function ownKey(state: OwnKey['state'], name: string): OwnKey {
  const { privateKey, certificate } = rsaKeys(name);
  return { state, certificate, privateKey: createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

/** A connector to a provider whose answers a test writes. */
export function connectorTo({ preset, connection, subject, ownKeys }: WrittenConnector = {}): SamlConnector {
  const byHand = { ssoUrl: 'https://idp.partner.test/sso', certificates: [pemOf(rsaKeys().certificate)] };
  const read = connectorSettings(byKind([samlKind]), {
    ...{ kind: 'saml', subject: { ...subject } },
    connection: {
      idpEntityId: PROVIDER,
      ...(connection && ('metadata' in connection || 'metadataXml' in connection) ? {} : byHand),
      ...connection,
    },
    ...(preset !== undefined && { preset }),
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const events: ConnectorEvent[] = [];
  const connector = samlKind.create({
    ...{ id: 'partner', settings: samlSettings.parse(read.value), addresses: ADDRESSES },
    ...{ ownKeys: ownKeys ?? [ownKey('current', 'sp')], report: (event) => events.push(event) },
    fetch: () => Promise.reject(new Error('Nothing is asked for.')),
  });
  return { ...connector, events };
}

/** Where the browser is sent, for one sign-in. */
export async function begun(connector: RedirectConnector, request: Partial<RedirectRequest> = {}) {
  const outcome = await connector.begin({ state: STATE, ...request });
  if (outcome.kind !== 'begun') throw new Error(outcome.reason);
  return { ...outcome, sent: sentRequest(new URL(outcome.url)) };
}

/** To the provider and back, as a browser would. @param meanwhile what happens once the answer was received */
export async function signIn(
  connector: RedirectConnector,
  written: Written = {},
  request: Partial<RedirectRequest> = {},
  meanwhile: () => void = () => undefined,
): Promise<RedirectOutcome> {
  const { kept, sent } = await begun(connector, request);
  const xml = response({
    ...{ issuer: PROVIDER, assertionIssuer: PROVIDER, inResponseTo: sent.id, destination: ADDRESSES.callback },
    ...{ recipient: ADDRESSES.callback, audience: ADDRESSES.description },
    ...written,
  });
  const received = await connector.receive?.(
    new Map([
      ['SAMLResponse', posted(xml)],
      ['RelayState', STATE],
    ]),
  );
  if (!received) throw new Error('It takes no documents.');
  meanwhile();
  const query = new URLSearchParams(received.kind === 'failed' ? { error: received.code } : {});
  return connector.complete({
    state: STATE,
    kept,
    query,
    ...(received.kind === 'received' && { received: received.text }),
  });
}
