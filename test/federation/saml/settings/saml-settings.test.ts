import { describe, expect, test } from '@jest/globals';
import { readInput } from '../../../../src/base/problems/read-input.js';
import { connectorSettings, byKind } from '../../../../src/federation/connectors/connector-settings.js';
import { samlKind } from '../../../../src/federation/saml/saml-kind.js';
import { samlSettings } from '../../../../src/federation/saml/settings/saml-settings.js';
import { pemOf, rsaKeys } from '../stand-in/keys.js';
import { entityXml } from '../stand-in/metadata.js';
import { IDP } from '../stand-in/response.js';

const byHand = { idpEntityId: IDP, ssoUrl: 'https://idp.test/sso', certificates: [pemOf(rsaKeys().certificate)] };
const codes = (connection: object, subject?: object): readonly string[] => {
  const read = readInput(samlSettings, { connection, ...(subject && { subject }) });
  return read.ok ? [] : read.problems.map(({ code, path }) => `${code} ${path.join('.')}`);
};

describe('settings of the kind saml', () => {
  test('are safe where nothing else is written', () => {
    expect(samlSettings.parse({ connection: byHand })).toMatchObject({
      connection: {
        ...{ binding: 'redirect', signRequests: true, signed: 'assertion', encryption: 'optional', clockSkew: 120 },
        ...{ expiredCertificate: 'warn', logout: 'ask' },
      },
      subject: { nameId: 'persistent' },
    });
    expect(samlSettings.parse({ connection: byHand }).connection.idpInitiated).toBeUndefined();
  });

  test('name one source of what is known of the provider', () => {
    const metadata = 'https://idp.test/metadata';
    expect(codes({ idpEntityId: IDP, metadata })).toEqual([]);
    expect(codes({ idpEntityId: IDP, metadataXml: entityXml() })).toEqual([]);
    expect(codes({ idpEntityId: IDP })).toEqual(['saml-provider-source connection']);
    expect(codes({ ...byHand, metadata })).toEqual(['saml-provider-source connection']);
    expect(codes({ idpEntityId: IDP, metadata, certificates: byHand.certificates })).toEqual([
      'saml-provider-source connection',
    ]);
    expect(codes({ idpEntityId: IDP, ssoUrl: byHand.ssoUrl })).toEqual([
      'saml-certificates-missing connection.certificates',
    ]);
    expect(codes({ ...byHand, metadataCertificate: byHand.certificates[0] })).toEqual([
      'saml-metadata-key-unused connection.metadataCertificate',
    ]);
  });

  test('are refused for what could not work at the first sign-in', () => {
    expect(codes({ idpEntityId: 'https://other.test', metadataXml: entityXml() })).toEqual([
      'saml-metadata-refused connection.metadataXml',
    ]);
    expect(codes({ ...byHand, certificates: ['no certificate'] })).toEqual([
      'saml-certificate-form connection.certificates.0',
    ]);
    expect(codes({ ...byHand, certificates: [pemOf(rsaKeys('small', 1024).certificate)] })).toEqual([
      'saml-certificate-key connection.certificates.0',
    ]);
    expect(codes({ ...byHand, nameIdFormat: 'transient' })).toEqual(['saml-transient-id connection.nameIdFormat']);
    expect(codes({ ...byHand, nameIdFormat: 'transient' }, { attribute: 'employee' })).toEqual([]);
    for (const subject of [{ attribute: '__proto__' }, { groups: 'constructor' }, { attribute: '' }])
      expect(codes(byHand, subject)).toHaveLength(1);
    for (const wrong of [
      { ssoUrl: 'http://idp.test/sso' },
      { clockSkew: 30 },
      { clockSkew: 600 },
      { signed: 'none' },
      { unknown: 1 },
      { loginHintParameter: 'SAMLRequest' },
    ])
      expect(codes({ ...byHand, ...wrong })).toHaveLength(1);
  });

  test.each([...samlKind.presets.keys()])('come with the preset %s', (preset) => {
    const read = connectorSettings(byKind([samlKind]), { kind: 'saml', preset, connection: byHand, subject: {} });
    expect(read.ok).toBe(true);
    expect(samlKind.presets.get(preset)?.mapping?.emailTrust ?? 'never').toBe('never');
  });

  test('say on what the ids of people depend', () => {
    const on = (connection: object, subject: object = {}) =>
      [
        ...(samlKind.idsDependOn?.(samlSettings.parse({ connection: { ...byHand, ...connection }, subject })) ?? []),
      ].map(([name]) => name);
    expect(on({})).toEqual([
      'connection.idpEntityId',
      'subject.attribute',
      'connection.entityId',
      'connection.nameIdFormat',
    ]);
    expect(on({}, { attribute: 'employee' })).toEqual(['connection.idpEntityId', 'subject.attribute']);
  });
});
