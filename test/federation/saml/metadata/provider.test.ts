import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { hours, minutes, now, seconds } from '../../../../src/base/clock.js';
import { SamlFailure } from '../../../../src/federation/saml/faults.js';
import { knownProvider, SamlProvider } from '../../../../src/federation/saml/metadata/provider.js';
import { samlSettings } from '../../../../src/federation/saml/settings/saml-settings.js';
import { selfSigned } from '../../../../src/federation/saml/keys/certificate.js';
import { pemOf, rsaKeys } from '../stand-in/keys.js';
import { base64Of, entityXml } from '../stand-in/metadata.js';
import { IDP } from '../stand-in/response.js';

describe('metadata of an address', () => {
  let asked = 0;
  let answer: () => Response = () => new Response(entityXml());
  const provider = (): SamlProvider =>
    new SamlProvider({
      settings: samlSettings.parse({ connection: { idpEntityId: IDP, metadata: 'https://idp.example.com/metadata' } }),
      fetch: async () => {
        asked++;
        return answer();
      },
    });
  const reasonOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'read',
      (error: unknown) => (error instanceof SamlFailure ? error.fault.reason : String(error)),
    );
  beforeEach(() => {
    asked = 0;
    answer = () => new Response(entityXml());
    jest.useFakeTimers({ now: Date.UTC(2026, 11, 1), doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const later = (ms: number): void => {
    jest.setSystemTime(now() + ms);
  };

  test('are read at first use, once, and held for an hour', async () => {
    const at = provider();
    await Promise.all([at.described(), at.described()]);
    later(hours(1) - seconds(1));
    await at.described();
    expect(asked).toBe(1);
    later(seconds(2));
    await at.described();
    expect(asked).toBe(2);
  });

  test('are used on while the address is away, and a failure is never held', async () => {
    const at = provider();
    answer = () => new Response('', { status: 503 });
    expect(await reasonOf(at.described())).toBe('server-failing');
    answer = () => new Response(entityXml());
    expect(await reasonOf(at.described())).toBe('read');
    answer = () => new Response('<html>Sorry</html>');
    later(hours(2));
    expect([await reasonOf(at.described()), at.failure?.fault.reason]).toEqual(['read', 'metadata-entity']);
    answer = () => new Response(entityXml({ entityId: IDP }));
    later(minutes(11));
    await at.described();
    expect(at.failure).toBeUndefined();
  });

  test('are not used past their own time', async () => {
    const at = provider();
    answer = () => new Response(entityXml({ validUntil: new Date(now() + minutes(30)).toISOString() }));
    expect(await reasonOf(at.described())).toBe('read');
    answer = () => new Response('', { status: 404 });
    later(minutes(31));
    expect(await reasonOf(at.described())).toBe('metadata-missing');
  });

  test('are asked for by strangers twice a minute', async () => {
    const at = provider();
    answer = () => new Response('', { status: 500 });
    for (let n = 0; n < 20; n++) await reasonOf(at.describedForStranger());
    for (let n = 0; n < 20; n++) await reasonOf(at.readAgain());
    expect(asked).toBe(1);
    later(seconds(31));
    await reasonOf(at.readAgain());
    expect(asked).toBe(2);
  });

  test.each([
    [301, 'redirected'],
    [404, 'metadata-missing'],
    [403, 'status-unexpected'],
    [429, 'server-failing'],
  ])('that answer %i are none', async (status, reason) => {
    answer = () => new Response(null, { status });
    expect(await reasonOf(provider().described())).toBe(reason);
  });
});

describe('an expired certificate', () => {
  const pair = rsaKeys();
  const old = selfSigned(pair, 'old', { from: now() - hours(2), until: now() - hours(1) });
  const known = (expiredCertificate: 'warn' | 'refuse', ...certificates: readonly Buffer[]) => {
    const xml = entityXml({ keys: certificates.map((certificate) => ['signing', base64Of({ certificate })]) });
    const settings = samlSettings.parse({ connection: { idpEntityId: IDP, metadataXml: xml, expiredCertificate } });
    const at = new SamlProvider({ settings, fetch: () => Promise.reject(new Error('There is no address.')) });
    return at.described().then((described) => knownProvider(described, settings.connection).signingKeys.length);
  };

  test('counts, unless the settings refuse it', async () => {
    expect(await known('warn', old)).toBe(1);
    expect(await known('refuse', old, pair.certificate)).toBe(1);
    await expect(known('refuse', old)).rejects.toThrow('certificate-expired');
    expect(pemOf(old)).toContain('BEGIN CERTIFICATE');
  });
});
