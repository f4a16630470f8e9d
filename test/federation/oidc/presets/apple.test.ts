/** At Apple: the generated secret, the name that comes once and unsigned, and addresses. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { atTime } from '../../../support/at-time.js';
import { signIn } from '../connector.js';
import { APPLE_KEY } from './preset-cases.js';
import { mappedPerson, presetConnector, shortly } from './preset-connector.js';
import { type PresetFixture, presetFixture } from './preset-fixture.js';
import { CLIENT_ID } from './preset-provider.js';
import { mapIdentity } from '../../../../src/federation/mapping/map-identity.js';

const { privateKey: P384 } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
let apple: PresetFixture;

beforeAll(async () => {
  apple = await presetFixture('apple');
});

const secretSent = (): string => apple.provider.tokenRequests.at(-1)?.body.get('client_secret') ?? '';

describe('the client secret', () => {
  test('is a JWT of the team for the client, and short-lived', async () => {
    await mappedPerson(apple.connector(), apple.provider);
    const { payload } = await jwtVerify(secretSent(), createPublicKey(APPLE_KEY), {
      ...{ algorithms: ['ES256'], audience: 'https://appleid.apple.com', issuer: 'TEAM123456', subject: CLIENT_ID },
    });
    expect(decodeProtectedHeader(secretSent())).toMatchObject({ alg: 'ES256', kid: 'KEY7654321' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(apple.provider.tokenRequests.at(-1)).toMatchObject({ authorization: undefined });
    expect(apple.provider.tokenRequests.at(-1)?.body.get('client_id')).toBe(CLIENT_ID);
  });

  test('is another one half a year later', async () => {
    const { connector } = apple.connector();
    await signIn(connector, apple.provider.browser);
    const before = secretSent();
    await atTime(Date.now() + 180 * 86_400_000, () => signIn(connector, apple.provider.browser));
    expect(secretSent()).not.toBe(before);
    const { payload } = await jwtVerify(secretSent(), createPublicKey(APPLE_KEY), {
      currentDate: new Date(Date.now() + 180 * 86_400_000),
    });
    expect(payload.iat).toBeGreaterThan(Date.now() / 1000 + 179 * 86_400);
  });

  test.each([
    ['a text', 'a-secret'],
    ['a key of another curve', P384.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a public key', createPublicKey(APPLE_KEY).export({ type: 'spki', format: 'pem' }).toString()],
  ])('is not made of %s, which is never shown', async (_name, secret) => {
    const { connector, events } = presetConnector(apple.provider, {
      ...{ preset: 'apple', connection: { teamId: 'TEAM123456', keyId: 'KEY7654321' }, secret },
    });
    expect(await signIn(connector, apple.provider.browser)).toEqual({
      kind: 'misconfigured',
      reason: 'secret-not-key',
    });
    expect(JSON.stringify(events)).not.toContain(secret);
    expect((await connector.test())[0]).toMatchObject({ outcome: 'failed', reason: 'secret-not-key' });
  });
});

describe('the answer', () => {
  test('is asked for as a form, with PKCE and a nonce', async () => {
    await signIn(apple.connector().connector, apple.provider.browser);
    const asked = Object.fromEntries(apple.provider.authorizations.at(-1) ?? []);
    expect(asked).toMatchObject({
      response_mode: 'form_post',
      scope: 'openid name email',
      code_challenge_method: 'S256',
    });
    expect(asked['nonce']).toMatch(/.{20}/);
  });

  const withUser =
    (...users: readonly string[]) =>
    async (url: string): Promise<URLSearchParams> => {
      const answer = await apple.provider.browser(url);
      for (const user of users) answer.append('user', user);
      return answer;
    };
  const user = (name: object, more: object = {}): string => JSON.stringify({ name, ...more });

  async function personWith(...users: readonly string[]) {
    const { connector, mapping } = apple.connector();
    const outcome = await signIn(connector, withUser(...users));
    if (outcome.kind !== 'ok') throw new Error(shortly(outcome));
    return mapIdentity(mapping, outcome.identity);
  }

  test('has the name of a person the first time', async () => {
    const { profile } = await personWith(user({ firstName: ' Bea ', lastName: 'Example' }));
    expect(profile).toMatchObject({ givenName: 'Bea', familyName: 'Example' });
  });

  test('has no name later on, or if the first sign-in broke off', async () => {
    expect((await personWith()).profile).toEqual({});
  });

  test('never has an address: nobody signed it', async () => {
    const forged = { email: 'victim@example.com', email_verified: true, sub: 'other', firstName: 'x' };
    const person = await personWith(
      user({ firstName: 'Bea', lastName: 'Example', email: 'victim@example.com' }, forged),
    );
    expect(person).toMatchObject({ email: 'bea@icloud.com', username: 'bea@icloud.com', emailVerified: true });
    apple.tell({ email: undefined, email_verified: undefined });
    expect(await personWith(user({ firstName: 'Bea' }, forged))).not.toHaveProperty('email');
    apple.tell({});
  });

  test('changes nothing of what is signed', async () => {
    apple.tell({ given_name: 'Signed' });
    expect((await personWith(user({ firstName: 'Other', lastName: 'Name' }))).profile).toMatchObject({
      givenName: 'Signed',
    });
    apple.tell({});
  });

  test.each<[string, readonly string[], object]>([
    ['that is no JSON', ['{'], {}],
    ['without a name', ['{"email":"a@b.test"}'], {}],
    ['with a name that is a number', [user({ firstName: 1, lastName: 'Example' })], { familyName: 'Example' }],
    ['with control characters', [user({ firstName: 'B\u0007ea' })], {}],
    ['with half a character', [String.raw`{"name":{"firstName":"\ud800"}}`], {}],
    ['with a name of 201 characters', [user({ firstName: 'x'.repeat(201) })], {}],
    ['of 1,001 characters', [user({ firstName: 'Bea' }, { more: 'x'.repeat(1000) })], {}],
    ['twice', [user({ firstName: 'Bea' }), user({ firstName: 'Bea' })], {}],
  ])('with a field %s signs in', async (_name, users, profile) => {
    expect((await personWith(...users)).profile).toEqual(profile);
  });

  test('of another provider is never read for a name', async () => {
    const google = await presetFixture('google');
    google.tell({ given_name: undefined, family_name: undefined });
    const { connector } = google.connector();
    const outcome = await signIn(connector, async (url) => {
      const answer = await google.provider.browser(url);
      answer.set('user', user({ firstName: 'Mallory' }));
      return answer;
    });
    expect(outcome.kind === 'ok' && outcome.identity.claims.has('given_name')).toBe(false);
  });
});

test('a relay address is an address', async () => {
  apple.tell({ email: 'dpdcnf87nu@privaterelay.appleid.com', is_private_email: 'true' });
  const person = await mappedPerson(apple.connector(), apple.provider);
  expect(person).toMatchObject({ email: 'dpdcnf87nu@privaterelay.appleid.com', emailVerified: true });
});
