import { describe, expect, test } from '@jest/globals';
import { now } from '../../../../src/base/clock.js';
import { SamlFailure } from '../../../../src/federation/saml/faults.js';
import { readMetadata } from '../../../../src/federation/saml/metadata/read-metadata.js';
import { ecKeys, rsaKeys } from '../stand-in/keys.js';
import { base64Of, entitiesXml, entityXml, signedMetadata } from '../stand-in/metadata.js';
import { IDP } from '../stand-in/response.js';

const read = (xml: string, more: object = {}) => readMetadata(xml, { entityId: IDP, at: now(), ...more });
function reasonOf(xml: string, more: object = {}): string {
  try {
    read(xml, more);
    return 'read';
  } catch (error) {
    if (!(error instanceof SamlFailure)) throw error;
    return error.fault.reason;
  }
}
const PAST = '2020-01-01T00:00:00Z';
const FUTURE = '2099-01-01T00:00:00Z';

describe('metadata of a provider', () => {
  test('say where people sign in and out, and who signs', () => {
    const described = read(entityXml({ slo: 'https://idp.example.com/slo', wantsSigned: true, validUntil: FUTURE }));
    expect({ ...described, certificates: described.certificates.length }).toEqual({
      entityId: IDP,
      signIn: { redirect: { url: 'https://idp.example.com/sso' }, post: { url: 'https://idp.example.com/post' } },
      signOut: { redirect: { url: 'https://idp.example.com/slo', response: 'https://idp.example.com/slo/back' } },
      ...{ certificates: 1, wantsSignedRequests: true, validUntil: Date.parse(FUTURE) },
    });
  });

  test('may list an encryption certificate first, a key for both, and the next one', () => {
    const keys = (['encryption', null, 'signing'] as const).map(
      (use) => [use, base64Of(rsaKeys(`m-${String(use)}`))] as const,
    );
    const subjects = read(entityXml({ keys })).certificates.map(({ subject }) => subject);
    expect(subjects).toEqual(['CN=m-null', 'CN=m-signing']);
  });

  test('may be about many providers, in lists of lists', () => {
    const other = entityXml({ entityId: 'https://other.test', id: '_o' });
    expect(read(entitiesXml([other, entitiesXml([entityXml()]).replace('_all', '_inner')])).entityId).toBe(IDP);
    expect(reasonOf(entitiesXml([other]))).toBe('metadata-entity');
    expect(reasonOf(other)).toBe('metadata-entity');
  });

  test('end', () => {
    expect(reasonOf(entityXml({ validUntil: PAST }))).toBe('metadata-expired');
    expect(reasonOf(entitiesXml([entityXml()], PAST))).toBe('metadata-expired');
    expect(reasonOf(entityXml({ validUntil: 'soon' }))).toBe('metadata-invalid');
  });

  test('end with any list around them, and with their role', () => {
    const list = (inner: string, end: string) => entitiesXml([inner], end).replace('_all', `_${end.slice(0, 4)}`);
    expect(reasonOf(entitiesXml([list(entityXml(), PAST)]))).toBe('metadata-expired');
    const ofRole = (end: string) => entityXml().replace('<md:IDPSSODescriptor', `$& validUntil="${end}"`);
    expect(reasonOf(ofRole(PAST))).toBe('metadata-expired');
    expect(read(entitiesXml([list(ofRole('2050-01-01T00:00:00Z'), FUTURE)])).validUntil).toBe(Date.UTC(2050, 0));
  });

  test('lead nobody to an address without TLS', () => {
    const at = (url: string) => reasonOf(entityXml({ sso: [['HTTP-Redirect', url]] }));
    expect(at('http://idp.example.com/sso')).toBe('metadata-no-sign-in');
    expect(at('https://idp.example.com/sso#x')).toBe('metadata-no-sign-in');
    expect(at('https://admin@idp.example.com/sso')).toBe('metadata-no-sign-in');
    expect(at('http://127.0.0.1:8080/sso')).toBe('read');
    expect(read(entityXml({ slo: 'http://idp.example.com/slo' })).signOut).toEqual({});
  });

  test('name the keys that cannot be used', () => {
    const small = ['signing', base64Of(rsaKeys('small', 1024))] as const;
    expect(read(entityXml({ keys: [['signing', base64Of(rsaKeys())], small] })).unusableKeys).toEqual(['rsa 1024']);
  });

  test('without what a sign-in needs are refused', () => {
    expect(reasonOf(entityXml({ sso: [['SOAP', 'https://idp.example.com/soap']] }))).toBe('metadata-no-sign-in');
    expect(reasonOf(entityXml({ sso: [['HTTP-POST', 'javascript:alert(1)']] }))).toBe('metadata-no-sign-in');
    expect(reasonOf(entityXml({ protocol: 'urn:oasis:names:tc:SAML:1.1:protocol' }))).toBe('metadata-no-sign-in');
    expect(reasonOf(entityXml({ keys: [['encryption', base64Of(rsaKeys())]] }))).toBe('no-signing-certificate');
    expect(reasonOf(entityXml({ keys: [['signing', base64Of(rsaKeys('small', 1024))]] }))).toBe(
      'no-signing-certificate',
    );
    expect(reasonOf('<a/>')).toBe('metadata-entity');
    expect(reasonOf(`<!DOCTYPE a>${entityXml()}`)).toBe('metadata-invalid');
    expect(reasonOf('no XML')).toBe('metadata-invalid');
    const many = (count: number) =>
      reasonOf(entityXml().replace('<md:IDPSSODescriptor', `${'<md:X/>'.repeat(count)}$&`));
    expect([many(49_900), many(50_000)]).toEqual(['read', 'metadata-invalid']);
  });

  test('are taken by the key that has to have signed them, and by no other', () => {
    const signedBy = rsaKeys('federation').publicKey;
    const list = entitiesXml([entityXml(), entityXml({ entityId: 'https://other.test', id: '_o' })]);
    expect(reasonOf(signedMetadata(entityXml()), { signedBy })).toBe('read');
    expect(reasonOf(signedMetadata(list), { signedBy })).toBe('read');
    expect(reasonOf(signedMetadata(list, '//*[@ID="_e1"]'), { signedBy })).toBe('read');
    const byItself = signedMetadata(list, '//*[@ID="_e1"]', rsaKeys('stranger'));
    expect(reasonOf(byItself, { signedBy })).toBe('metadata-signature');
    expect(reasonOf(signedMetadata(byItself), { signedBy })).toBe('read');
    const expired = entitiesXml([entityXml()], PAST);
    expect(reasonOf(signedMetadata(expired, '//*[@ID="_e1"]'), { signedBy })).toBe('metadata-expired');
    expect(reasonOf(entityXml(), { signedBy })).toBe('metadata-not-signed');
    expect(reasonOf(signedMetadata(list, '//*[@ID="_o"]'), { signedBy })).toBe('metadata-not-signed');
    expect(reasonOf(signedMetadata(entityXml(), '/*', rsaKeys('stranger')), { signedBy })).toBe('metadata-signature');
    expect(reasonOf(signedMetadata(entityXml()).replace('/sso', '/evil'), { signedBy })).toBe('metadata-signature');
    expect(reasonOf(signedMetadata(entitiesXml([entityXml()], PAST)), { signedBy })).toBe('metadata-expired');
    expect(reasonOf(signedMetadata(entityXml()), { signedBy: ecKeys().publicKey })).toBe('metadata-signature');
  });
});
