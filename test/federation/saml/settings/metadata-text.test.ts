/** Metadata that an administrator writes, kept with the connector. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectorInput } from '../../../../src/federation/connectors/connector-input.js';
import { samlKind } from '../../../../src/federation/saml/saml-kind.js';
import { made } from '../../../identity/identity-store.js';
import { by, emptyRealm, type EmptyRealm } from '../../../realm-file/realm.js';
import { entityXml } from '../stand-in/metadata.js';
import { IDP } from '../stand-in/response.js';

/** As long as the settings take it, like metadata with logos and many languages. */
const long = entityXml().replace(
  '<md:IDPSSODescriptor',
  (role) => `<md:Extensions>${'é'.repeat(197_500)}</md:Extensions>${role}`,
);

describe.each(['sqlite', 'mongodb'] as const)('metadata as a text, on %s,', (store) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [samlKind] });
  });
  afterAll(() => realm.close());

  test('are kept whole and used, however long they are', async () => {
    const { connectors } = realm.parts;
    const input = { id: 'uni', displayName: 'Uni', kind: 'saml', connection: { idpEntityId: IDP, metadataXml: long } };
    made(await connectors.create(by, connectorInput.parse(input)));
    const view = await connectors.get('uni');
    const changed = { idpEntityId: IDP, metadataXml: long.replace('/sso', '/sso2') };
    made(await connectors.update(by, 'uni', { connection: changed }, view?.version ?? 0));
    const opened = await connectors.open('uni', () => undefined);
    if (opened?.signsInBy !== 'redirect') throw new Error('It is another connector.');
    const begun = await opened.begin({ state: 's' });
    expect(begun).toMatchObject({ kind: 'begun', url: expect.stringContaining('https://idp.example.com/sso2?') });
    await opened.close();
  });
});
