import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { hours, minutes, now, seconds } from '../../../../src/base/clock.js';
import { SamlFailure } from '../../../../src/federation/saml/faults.js';
import { knownProvider, SamlProvider } from '../../../../src/federation/saml/metadata/provider.js';
import { samlSettings } from '../../../../src/federation/saml/settings/saml-settings.js';
import { selfSigned } from '../../../../src/federation/saml/keys/certificate.js';
import { rsaKeys } from '../stand-in/keys.js';
import { base64Of, entityXml } from '../stand-in/metadata.js';
import { IDP } from '../stand-in/response.js';

describe('metadata of an address', () => {
  let asked = 0;
  let reported: string[] = [];
  let answer: () => Response = () => new Response(entityXml());
  const provider = (): SamlProvider =>
    new SamlProvider({
      settings: samlSettings.parse({ connection: { idpEntityId: IDP, metadata: 'https://idp.example.com/metadata' } }),
      fetch: async () => {
        asked++;
        return answer();
      },
      report: ({ reason }) => reported.push(reason),
    });
  const reasonOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'read',
      (error: unknown) => (error instanceof SamlFailure ? error.fault.reason : String(error)),
    );
  beforeEach(() => {
    [asked, reported] = [0, []];
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
    expect(await Promise.all([reasonOf(at.described()), reasonOf(at.described())])).toEqual(['read', 'read']);
    expect(reported).toEqual(['metadata-entity']);
    answer = () => new Response(entityXml({ entityId: IDP }));
    later(minutes(11));
    await at.described();
    expect([asked, reported.length]).toEqual([4, 1]);
  });

  test('are used on for an answer to a sign-in that another process began, too', async () => {
    const at = provider();
    await at.described();
    answer = () => new Response('', { status: 503 });
    later(hours(2));
    expect(await reasonOf(at.describedForStranger())).toBe('read');
    expect(reported).toEqual(['server-failing']);
  });

  test.each([
    ['PT20M', minutes(20)],
    ['PT10S', minutes(5)],
    ['P7D', hours(1)],
    ['-PT10M', hours(1)],
    ['soon', hours(1)],
  ])('that may be kept for %s are read again after %i ms', async (cacheDuration, ms) => {
    const at = provider();
    answer = () => new Response(entityXml().replace(' entityID=', ` cacheDuration="${cacheDuration}" entityID=`));
    await at.described();
    later(ms - 1);
    await at.described();
    expect(asked).toBe(1);
    later(1);
    await at.described();
    expect(asked).toBe(2);
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
  const known = async (expiredCertificate: 'warn' | 'refuse', ...certificates: readonly Buffer[]) => {
    const xml = entityXml({ keys: certificates.map((certificate) => ['signing', base64Of({ certificate })]) });
    const settings = samlSettings.parse({ connection: { idpEntityId: IDP, metadataXml: xml, expiredCertificate } });
    const fetch = () => Promise.reject(new Error('There is no address.'));
    const reported: string[] = [];
    const at = new SamlProvider({ settings, fetch, report: ({ reason }) => reported.push(reason) });
    const { signingKeys } = knownProvider(await at.described(), settings.connection);
    return [signingKeys.length, ...reported];
  };

  test('counts, and is warned of, unless the settings refuse it', async () => {
    expect(await known('warn', old)).toEqual([1, 'certificate-expired']);
    expect(await known('warn', old, pair.certificate)).toEqual([2]);
    expect(await known('refuse', old, pair.certificate)).toEqual([1]);
    await expect(known('refuse', old)).rejects.toThrow('certificate-expired');
  });
});
