/** What an ID token must be. Each case is honest but for one thing. */
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectorTo, signIn } from './connector.js';
import {
  type LyingProvider,
  SECRET,
  type SigningKey,
  signingKey,
  signWith,
  startLyingProvider,
} from './lying-provider.js';

let provider: LyingProvider;
let stranger: SigningKey;

beforeAll(async () => {
  provider = await startLyingProvider();
  stranger = await signingKey('first');
});
afterAll(() => provider.pause());
afterEach(() => provider.tellsTheTruth());

const now = (): number => Math.floor(Date.now() / 1000);
const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

async function outcome(): Promise<string> {
  const connector = connectorTo(provider);
  const signedIn = await signIn(connector, provider.browser);
  if (signedIn.kind === 'ok') return `ok: ${signedIn.identity.subject}`;
  if (signedIn.kind === 'denied') return 'denied';
  // Each fault is reported once.
  expect(connector.events.map(({ reason }) => reason)).toEqual([signedIn.reason]);
  return `${signedIn.kind}: ${signedIn.reason}`;
}

test('an honest one signs in', async () => {
  expect(await outcome()).toBe('ok: user-1');
});

describe('a signature is refused', () => {
  test('that is missing, with the algorithm none', async () => {
    provider.lies.sign = (claims) => `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
    expect(await outcome()).toBe('upstream-error: algorithm-refused');
  });

  test('that is missing, with a good algorithm', async () => {
    provider.lies.sign = (claims) => `${encoded({ alg: 'ES256', kid: 'first' })}.${encoded(claims)}.`;
    expect(await outcome()).toBe('upstream-error: signature-invalid');
  });

  test.each(['the client secret', 'a public key'])('by HMAC with %s', async (by) => {
    const key = by === 'the client secret' ? SECRET : JSON.stringify(provider.keys[0]?.publicJwk);
    provider.lies.sign = (claims) => {
      const input = `${encoded({ alg: 'HS256', kid: 'first' })}.${encoded(claims)}`;
      return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
    };
    expect(await outcome()).toBe('upstream-error: algorithm-refused');
  });

  test('by the key of a stranger under the same name', async () => {
    provider.lies.sign = (claims) => signWith(stranger, claims);
    expect(await outcome()).toBe('upstream-error: signature-invalid');
  });

  test('by a key that is not published', async () => {
    provider.lies.sign = (claims) => signWith(stranger, claims, 'another');
    expect(await outcome()).toBe('upstream-error: key-unknown');
  });

  test('of other claims', async () => {
    provider.lies.sign = async (claims) => {
      const [header, , signature] = (await signWith(provider.keys[0], claims)).split('.');
      return `${header ?? ''}.${encoded({ ...claims, sub: 'administrator' })}.${signature ?? ''}`;
    };
    expect(await outcome()).toBe('upstream-error: signature-invalid');
  });
});

describe('claims are refused:', () => {
  test.each<[string, () => object, string]>([
    ['of another issuer', () => ({ iss: 'https://other.test' }), 'token-issuer'],
    ['without an issuer', () => ({ iss: undefined }), 'token-invalid'],
    ['for another client', () => ({ aud: 'other' }), 'token-audience'],
    ['for many clients', () => ({ aud: ['gatehouse', 'other'] }), 'token-audience'],
    ['issued to another client', () => ({ azp: 'other' }), 'token-audience'],
    ['expired', () => ({ exp: now() - 40 }), 'token-expired'],
    ['without an end', () => ({ exp: undefined }), 'token-invalid'],
    ['from the future', () => ({ iat: now() + 60, exp: now() + 300 }), 'token-from-future'],
    ['valid later', () => ({ nbf: now() + 60 }), 'token-from-future'],
    ['from before the sign-in', () => ({ iat: now() - 3600 }), 'token-too-old'],
    ['without a time', () => ({ iat: undefined }), 'token-invalid'],
    ['with another nonce', () => ({ nonce: 'n'.repeat(43) }), 'token-nonce'],
    ['without a nonce', () => ({ nonce: undefined }), 'token-invalid'],
    ['without a subject', () => ({ sub: undefined }), 'token-invalid'],
    ['with an empty subject', () => ({ sub: '' }), 'subject-invalid'],
    ['with a number as subject', () => ({ sub: 42 }), 'token-invalid'],
    ['with a subject of 256 characters', () => ({ sub: 's'.repeat(256) }), 'subject-invalid'],
    ['with a control character in the subject', () => ({ sub: 'user\u0000-1' }), 'subject-invalid'],
    ['with half a character in the subject', () => ({ sub: 'user\ud800' }), 'subject-invalid'],
  ])('%s', async (_name, lie, reason) => {
    provider.lies.claims = (claims) => ({ ...claims, ...lie() });
    expect(await outcome()).toBe(`upstream-error: ${reason}`);
  });
});

test.each<[string, () => object]>([
  ['clocks that differ by half a minute', () => ({ iat: now() + 25, exp: now() - 25 })],
  ['an audience in a list', () => ({ aud: ['gatehouse'] })],
  ['a subject of 255 characters', () => ({ sub: 's'.repeat(255) })],
])('%s does no harm', async (_name, truth) => {
  provider.lies.claims = (claims) => ({ ...claims, ...truth() });
  expect(await outcome()).toMatch(/^ok: /);
});

test('an answer without an ID token signs nobody in', async () => {
  provider.lies.reply.token = ({ id_token: _, ...others }) => ({ body: others });
  expect(await outcome()).toBe('upstream-error: body-invalid');
});

describe('the age of the sign-in there', () => {
  async function reason(authTime: number | undefined, maxAgeSeconds: number): Promise<string> {
    provider.lies.claims = (claims) => ({ ...claims, auth_time: authTime });
    const signedIn = await signIn(connectorTo(provider), provider.browser, { maxAgeSeconds });
    return signedIn.kind === 'ok' ? String(signedIn.authenticatedAt) : 'reason' in signedIn ? signedIn.reason : '';
  }

  test('is told, and in time', async () => {
    const at = now() - 100;
    expect(await reason(at, 60)).toBe(String(at * 1000));
  });

  test('is too great', async () => {
    expect(await reason(now() - 130, 60)).toBe('auth-too-old');
    expect(await reason(now() - 70, 0)).toBe('auth-too-old');
  });

  test('is not told', async () => {
    expect(await reason(undefined, 60)).toBe('auth-time-missing');
  });

  test('is not a time', async () => {
    expect(await reason(now() + 3600, 60)).toBe('token-from-future');
    expect(await reason(-1, 60)).not.toMatch(/^\d+$/);
  });
});
