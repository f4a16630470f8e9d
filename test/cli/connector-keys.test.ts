import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { NotUnderstood } from '../../src/cli/arguments/usage-error.js';
import { connectors as connectorSpec } from '../../src/federation/connectors/connector.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { samlKind } from '../../src/federation/saml/saml-kind.js';
import { pemOf, rsaKeys } from '../federation/saml/stand-in/keys.js';
import { connectorOf, testKind } from '../federation/connectors/test-kind.js';
import { made } from '../identity/identity-store.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

describe.each(['sqlite', 'mongodb'] as const)('gatehouse connector keys on %s', (store) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [samlKind, testKind([]).kind] });
    const { connectors } = realm.parts;
    const certificates = [pemOf(rsaKeys().certificate)];
    const connection = { idpEntityId: 'https://idp.test', ssoUrl: 'https://idp.test/sso', certificates };
    made(
      await connectors.create(by, connectorInput.parse({ id: 'uni', displayName: 'Uni', kind: 'saml', connection })),
    );
    made(await connectors.create(by, connectorOf({ id: 'corp' })));
  });
  afterAll(() => realm.close());

  async function says(...argv: string[]): Promise<string> {
    const lines: string[] = [];
    const out = { line: (text: string) => void lines.push(text) };
    await runConnectorCommand(by, readConnectorCommand(argv), realm.parts, out);
    return lines.join('\n');
  }
  const states = async (...argv: string[]): Promise<readonly string[]> =>
    (JSON.parse(await says('keys', 'uni', ...argv, '--json')) as { keys: { state: string }[] }).keys.map(
      ({ state }) => state,
    );
  const metadata = async (): Promise<string> => {
    const opened = await realm.parts.connectors.open('uni', () => undefined);
    return opened?.signsInBy === 'redirect' ? ((await opened.describe?.())?.body ?? '') : '';
  };
  const announced = async (use: string): Promise<number> => (await metadata()).split(`use="${use}"`).length - 1;

  test('shows the certificate, which every program reads, and never a private key', async () => {
    const text = await says('keys', 'uni');
    const [pem = ''] = /-----BEGIN CERTIFICATE-----[^]*-----END CERTIFICATE-----/.exec(text) ?? [];
    const certificate = new X509Certificate(pem);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect([certificate.subject, certificate.publicKey.asymmetricKeyDetails?.modulusLength]).toEqual([
      'CN=Gatehouse uni',
      3072,
    ]);
    expect(text).toContain(certificate.fingerprint256);
    for (const shown of [
      text,
      await says('keys', 'uni', '--json'),
      await says('show', 'uni', '--json'),
      await metadata(),
    ])
      expect(shown).not.toContain('PRIVATE');
    expect(await says('show', 'uni')).not.toContain('certificate":');
  });

  test('rolls over in three steps, and the metadata follow', async () => {
    expect([await states(), await announced('signing'), await announced('encryption')]).toEqual([['current'], 1, 1]);
    expect([await states('--prepare'), await announced('signing'), await announced('encryption')]).toEqual([
      ['next', 'current'],
      2,
      1,
    ]);
    expect([await states('--activate'), await announced('signing'), await announced('encryption')]).toEqual([
      ['current', 'former'],
      1,
      1,
    ]);
    expect(await states('--retire')).toEqual(['current']);
  });

  test('refuses a step that has nothing to do, and says which comes first', async () => {
    await expect(says('keys', 'uni', '--activate')).rejects.toThrow('Prepare one first');
    await expect(says('keys', 'uni', '--retire')).rejects.toThrow('no former key');
    await states('--prepare');
    await expect(says('keys', 'uni', '--prepare')).rejects.toThrow('Activate that first');
    await states('--activate');
    await states('--retire');
  });

  test('knows connectors without keys', async () => {
    await expect(says('keys', 'corp')).rejects.toThrow('no keys of its own');
    await expect(says('keys', 'corp', '--prepare')).rejects.toThrow('its kind needs none');
    for (const args of [
      ['keys'],
      ['keys', 'uni', '--prepare', '--retire'],
      ['show', 'uni', '--prepare'],
      ['keys', 'uni', 'x'],
    ])
      expect(() => readConnectorCommand(args)).toThrow(NotUnderstood);
  });

  test('keeps them when the connector changes, sealed, and records when they changed', async () => {
    const before = await states();
    const { connectors, realm: stored } = realm.parts;
    const view = await connectors.get('uni');
    made(await connectors.update(by, 'uni', { displayName: 'University' }, view?.version ?? 0));
    expect(await states()).toEqual(before);
    const document = await stored.of(connectorSpec).get('uni');
    expect([document?.ownKeys?.includes('PRIVATE'), document?.ownKeysSetAt]).toEqual([true, expect.any(Number)]);
    expect(connectorSpec.sealed).toContain('ownKeys');
    expect(connectorSpec.audited).not.toContain('ownKeys');
  });
});
