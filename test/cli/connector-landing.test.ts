import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { samlKind } from '../../src/federation/saml/saml-kind.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { pemOf, rsaKeys } from '../federation/saml/stand-in/keys.js';
import { made } from '../identity/identity-store.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

describe.each(['sqlite', 'mongodb'] as const)('gatehouse connector test on %s', (store) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [samlKind] });
    const client = { authentication: 'none', redirectUris: ['https://portal.test/back'] };
    for (const one of [
      { ...client, id: 'portal', name: 'Portal', initiateLoginUri: 'https://portal.test/login' },
      { ...client, id: 'desk', name: 'Desk' },
    ])
      made(await realm.parts.clients.create(by, clientInput.parse(one)));
  });
  afterAll(() => realm.close());

  const certificates = [pemOf(rsaKeys().certificate)];
  /** @returns whether every step succeeded, and the line of the step, if there is one */
  async function tested(id: string, more: object): Promise<[boolean, string | undefined]> {
    const connection = { idpEntityId: `https://${id}.test`, ssoUrl: `https://${id}.test/sso`, certificates, ...more };
    const { connectors } = realm.parts;
    made(await connectors.create(by, connectorInput.parse({ id, displayName: id, kind: 'saml', connection })));
    const lines: string[] = [];
    const command = readConnectorCommand(['test', id]);
    const ok = await runConnectorCommand(by, command, realm.parts, { line: (text) => void lines.push(text) });
    return [ok, lines.find((line) => line.includes('landing'))?.replace(/ +/g, ' ')];
  }

  test('shows where sign-ins that begin at the provider lead', async () => {
    expect(await tested('one', { idpInitiated: { client: 'portal' } })).toEqual([
      true,
      'ok landing application: portal; address: https://portal.test/login',
    ]);
  });

  test('fails if their application does not exist, or has no address for them', async () => {
    expect(await tested('two', { idpInitiated: { client: 'potral' } })).toEqual([
      false,
      'failed landing arrival-no-application; application: potral; it does not exist',
    ]);
    expect(await tested('three', { idpInitiated: { client: 'desk' } })).toEqual([
      false,
      'failed landing arrival-no-application; application: desk; it has no initiateLoginUri',
    ]);
  });

  test('says nothing of them where they are not allowed', async () => {
    expect(await tested('four', {})).toEqual([true, undefined]);
  });
});
