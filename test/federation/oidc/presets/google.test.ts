/** At Google: whose addresses are proof, and who is of a Workspace domain. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { signIn } from '../connector.js';
import { mappedPerson, shortly } from './preset-connector.js';
import { type PresetFixture, presetFixture } from './preset-fixture.js';
import type { Claims } from './preset-provider.js';

let google: PresetFixture;

beforeAll(async () => {
  google = await presetFixture('google');
});

describe('an address', () => {
  test.each<[string, Claims, boolean]>([
    ['at gmail.com', { email: 'bea@gmail.com' }, true],
    ['at googlemail.com, in capitals', { email: 'Bea@GoogleMail.com' }, true],
    ['of a Workspace customer', { email: 'bea@example.com', hd: 'example.com' }, true],
    ['elsewhere, for which Google is not the authority', { email: 'bea@example.com' }, false],
    ['elsewhere, with an empty hd', { email: 'bea@example.com', hd: '' }, false],
    ['elsewhere, with an hd that is no text', { email: 'bea@example.com', hd: true }, false],
    ['at a host below gmail.com', { email: 'bea@evil.gmail.com' }, false],
    ['that only contains gmail.com', { email: 'bea@gmail.com@example.com' }, false],
    [
      'of a Workspace customer that is not verified',
      { email: 'bea@example.com', hd: 'example.com', email_verified: false },
      false,
    ],
    ['at gmail.com that is not verified', { email_verified: false }, false],
    ['at gmail.com of which nothing is said', { email_verified: undefined }, false],
    ['at gmail.com that is verified by a number', { email_verified: 1 }, false],
  ])('%s', async (_name, claims, isProof) => {
    google.tell(claims);
    const person = await mappedPerson(google.connector(), google.provider);
    expect(person.emailVerified).toBe(isProof);
    // What is no proof is no name, either.
    expect('username' in person).toBe(isProof);
  });
});

test('the domain of a Workspace customer is told as the claim that a rule reads, and is asked for by a parameter', async () => {
  google.tell({ email: 'bea@example.com', hd: 'example.com' });
  const parameters = [{ name: 'hd', value: 'example.com' }];
  const { connector } = google.connector({ connection: { parameters } });
  const outcome = await signIn(connector, google.provider.browser);
  expect(outcome.kind === 'ok' && outcome.identity.claims.get('hd')).toEqual(['example.com']);
  expect(google.provider.authorizations.at(-1)?.get('hd')).toBe('example.com');
  // An address of the domain does not make its holder one of its people.
  google.tell({ email: 'bea@example.com' });
  const other = await signIn(connector, google.provider.browser);
  expect(other.kind === 'ok' && other.identity.claims.has('hd')).toBe(false);
});

test('an old token, whose issuer has no https://, is refused', async () => {
  google.tell({ iss: 'accounts.google.com' });
  const { connector } = google.connector();
  expect(shortly(await signIn(connector, google.provider.browser))).toBe('upstream-error: token-issuer');
});

test('a prompt of the settings is asked for beside that of a request', async () => {
  google.tell({});
  const parameters = [
    { name: 'prompt', value: 'consent select_account' },
    { name: 'access_type', value: 'offline' },
  ];
  const { connector } = google.connector({ connection: { parameters } });
  await signIn(connector, google.provider.browser, { choosesAccount: true });
  expect(google.provider.authorizations.at(-1)?.get('prompt')).toBe('consent select_account');
  await signIn(connector, google.provider.browser, { maxAgeSeconds: 0 });
  const asked = google.provider.authorizations.at(-1);
  expect([asked?.get('prompt'), asked?.get('access_type')]).toEqual(['consent select_account login', 'offline']);
});
